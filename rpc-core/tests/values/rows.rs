//! The rows whose form is more than a scalar's: how each is written, and what else is read.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use polyrpc_core::Json;
use polyrpc_core::codec::Codec;
use serde_json::{Value, json as any};
use uuid::Uuid;

use crate::support::{encode, from_json, from_xml, json, written, xml};

fn at(seconds: i64, nanos: u32) -> SystemTime {
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let second = if seconds < 0 { UNIX_EPOCH - whole } else { UNIX_EPOCH + whole };
    second + Duration::from_nanos(nanos.into())
}

const FIRST: i64 = -62_135_596_800;
const LAST: i64 = 253_402_300_799;

#[test]
fn times() {
    let date = |text: &str| format!("<dateTime.iso8601>{text}</dateTime.iso8601>");
    written(UNIX_EPOCH, "0a00", r#""1970-01-01T00:00:00Z""#, &date("19700101T00:00:00"));
    written(at(1, 0), "0a020801", r#""1970-01-01T00:00:01Z""#, &date("19700101T00:00:01"));
    written(
        at(FIRST, 0),
        "0a0b088092b8c398feffffff01",
        r#""0001-01-01T00:00:00Z""#,
        &date("00010101T00:00:00"),
    );
    written(at(LAST, 0), "0a0708ff82d1ffaf07", r#""9999-12-31T23:59:59Z""#, &date("99991231T23:59:59"));
}

#[test]
fn a_fraction_has_the_digits_that_it_needs() {
    for (nanos, digits) in
        [(500_000_000, ".5"), (1, ".000000001"), (120_000, ".00012"), (999_999_999, ".999999999")]
    {
        for (seconds, second) in
            [(LAST, "9999-12-31T23:59:59"), (FIRST, "0001-01-01T00:00:00"), (-1, "1969-12-31T23:59:59")]
        {
            let time = at(seconds, nanos);
            assert_eq!(json(&time), format!("\"{second}{digits}Z\""));
            assert_eq!(from_json::<SystemTime>(&json(&time)).unwrap(), time);
            assert_eq!(
                Codec::Proto.decode_value::<SystemTime>(&encode(Codec::Proto, &time).unwrap()).unwrap(),
                time
            );
            // XML-RPC has no fractions: the time is cut to the second, before 1970 too
            assert_eq!(from_xml::<SystemTime>(&xml(&time).unwrap()).unwrap(), at(seconds, 0));
        }
    }
}

#[test]
fn times_are_read_with_any_offset() {
    for (text, time) in [
        ("1970-01-01T01:00:00+01:00", at(0, 0)),
        ("1969-12-31t23:59:59.1z", at(-1, 100_000_000)),
        ("1970-01-01T00:00:00.123456789-23:59", at(86_340, 123_456_789)),
        ("2000-02-29T12:00:00-00:00", at(951_825_600, 0)),
    ] {
        assert_eq!(from_json::<SystemTime>(&format!("\"{text}\"")).unwrap(), time, "{text}");
    }
    for text in [
        "",
        "1970-01-01",
        "1970-01-01T00:00:00",
        "19700101T00:00:00Z",
        "1970-01-01 00:00:00Z",
        "1970-01-01T00:00:60Z",
        "1970-02-29T00:00:00Z",
        "1970-01-01T00:00:00.Z",
        "1970-01-01T00:00:00.1234567890Z",
        "0000-12-31T23:59:59Z",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "10000-01-01T00:00:00Z",
    ] {
        let error = from_json::<SystemTime>(&format!("\"{text}\"")).unwrap_err();
        assert!(error.message().contains("expected a time as `2006-01-02T15:04:05Z`"), "{text}: {error}");
    }
}

#[test]
fn times_and_durations_have_limits() {
    for time in [at(FIRST - 1, 999_999_999), at(LAST + 1, 0)] {
        for codec in [Codec::Proto, Codec::Json] {
            let error = encode(codec, &(1, time)).unwrap_err();
            assert_eq!(error.to_string(), "[1]: a time outside the years 1 to 9999");
        }
        assert_eq!(xml(&time).unwrap_err().message(), "a time outside the years 1 to 9999");
    }
    let longest = Duration::from_secs(315_576_000_000);
    written(longest, "0a070880bcaece9709", r#""315576000000s""#, "<string>315576000000s</string>");
    for codec in [Codec::Proto, Codec::Json] {
        for long in [longest + Duration::from_nanos(1), Duration::MAX] {
            let error = encode(codec, &[long]).unwrap_err();
            assert_eq!(error.to_string(), "[0]: a duration of more than 315576000000 seconds");
        }
    }
}

#[test]
fn durations() {
    written(Duration::ZERO, "0a00", r#""0s""#, "<string>0s</string>");
    written(Duration::from_millis(3_500), "0a0808031080cab5ee01", r#""3.5s""#, "<string>3.5s</string>");
    written(Duration::from_nanos(1), "0a021001", r#""0.000000001s""#, "<string>0.000000001s</string>");
    assert_eq!(from_json::<Duration>(r#""007.50s""#).unwrap(), Duration::from_millis(7_500));
    for text in ["", "s", "1", "1.s", ".5s", "+1s", "1 s", "1.0000000001s", "1e3s", "99999999999999999999s"] {
        let error = from_json::<Duration>(&format!("\"{text}\"")).unwrap_err();
        assert!(error.message().contains("expected a duration as `3.5s`"), "{text}: {error}");
    }
    let error = from_json::<Vec<Duration>>(r#"["1s", "-3.5s"]"#).unwrap_err();
    assert_eq!(error.to_string(), "[1]: -3.5s is negative, which a Duration cannot be");
    assert_eq!(from_json::<Duration>(r#""-0s""#).unwrap(), Duration::ZERO);
}

#[test]
fn uuids_and_addresses() {
    let id = Uuid::from_u128(0x67e5_5044_10b1_426f_9247_bb68_0e5f_e0c8);
    let text = "67e55044-10b1-426f-9247-bb680e5fe0c8";
    let quoted = format!("\"{text}\"");
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    written(id, &format!("0a24{hex}"), &quoted, &format!("<string>{text}</string>"));
    assert_eq!(from_json::<Uuid>(&quoted.to_uppercase().replace('-', "")).unwrap(), id);
    assert!(Codec::Proto.decode_value::<Uuid>(b"").unwrap_err().to_string().contains("missing"));
    assert_eq!(
        from_json::<Uuid>("\"x\"").unwrap_err().message(),
        r#"invalid value: string "x", expected a UUID"#
    );
    assert_eq!(
        Codec::Proto.decode_value::<Uuid>(b"\x0a\x01x").unwrap_err().message(),
        r#""x" is not a UUID"#
    );
    written(IpAddr::V6(Ipv6Addr::LOCALHOST), "0a033a3a31", r#""::1""#, "<string>::1</string>");
    let socket: SocketAddr = "[fe80::1%7]:80".parse().unwrap();
    assert_eq!(from_json::<SocketAddr>(&json(&socket)).unwrap(), socket);
}

#[test]
fn tuples() {
    written(
        (1_u8, "a".to_owned(), None::<bool>),
        "0a050801120161",
        r#"[1,"a",null]"#,
        "<array><data><value><int>1</int></value><value><string>a</string></value><value><nil/></value></data></array>",
    );
    let longest = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, vec![12_u8]);
    assert_eq!(json(&longest), r#"[1,2,3,4,5,6,7,8,9,10,11,"DA=="]"#);
    assert_eq!(from_json(&json(&longest)), Ok(longest.clone()));
    assert_eq!(Codec::Proto.decode_value(&encode(Codec::Proto, &longest).unwrap()), Ok(longest.clone()));
    assert_eq!(from_xml(&xml(&longest).unwrap()), Ok(longest));
    assert_eq!(from_json::<(u8, bool)>("[1]").unwrap_err().to_string(), "[1]: missing");
    assert_eq!(
        from_json::<(u8, bool)>("[1,true,2]").unwrap_err().message(),
        "a tuple takes 2 values, not more"
    );
    assert_eq!(from_json::<(u8, Option<bool>)>("[1]"), Ok((1, None)));
    let missing = Codec::Proto.decode_value::<(u8, Uuid)>(b"\x0a\x00").unwrap_err();
    assert_eq!(missing.to_string(), "[1]: missing");
}

#[test]
fn any_json() {
    written(Value::Null, "0a020800", "null", "<nil/>");
    written(any!(true), "0a022001", "true", "<boolean>1</boolean>");
    written(any!(1), "0a0911000000000000f03f", "1", "<int>1</int>");
    written(any!(0.5), "0a0911000000000000e03f", "0.5", "<double>0.5</double>");
    written(any!("a"), "0a031a0161", r#""a""#, "<string>a</string>");
    written(any!([]), "0a023200", "[]", "<array><data></data></array>");
    written(any!({}), "0a022a00", "{}", "<struct></struct>");
    written(
        any!({"a": [null]}),
        "0a0f2a0d0a0b0a0161120632040a020800",
        r#"{"a":[null]}"#,
        "<struct><member><name>a</name><value><array><data><value><nil/></value></data></array></value></member></struct>",
    );
}

#[test]
fn any_json_over_proto_has_doubles() {
    let there_and_back = |value: Value| {
        let bytes = encode(Codec::Proto, &value).unwrap();
        Codec::Proto.decode_value::<Value>(&bytes).unwrap()
    };
    let edge = 1_i64 << 53;
    for value in [any!(edge), any!(-edge), any!(1e300), any!(-0.0), any!(0), any!(1.5e15)] {
        assert_eq!(
            there_and_back(value.clone()).to_string().parse::<f64>(),
            value.to_string().parse(),
            "{value}"
        );
    }
    assert_eq!(there_and_back(any!(edge)), any!(edge));
    assert_eq!(there_and_back(any!(5.0)), any!(5));
    assert_eq!(there_and_back(any!(1e300)), any!(1e300));
    assert_eq!(there_and_back(any!(-0.0)), any!(-0.0));
    for (value, path) in [
        (any!({"a": [0, {"b": edge + 1}]}), "[7].a[1].b"),
        (any!([-edge - 1]), "[7][0]"),
        (any!(u64::MAX), "[7]"),
    ] {
        let mut list = vec![Value::Null; 7];
        list.push(value);
        let error = encode(Codec::Proto, &list).unwrap_err();
        assert_eq!(error.path(), path);
        assert!(
            error.message().ends_with("is beyond 2^53, and google.protobuf.Value has doubles alone"),
            "{error}"
        );
    }
    for (bytes, message) in [
        (&b"\x0a\x00"[..], "a google.protobuf.Value of no kind"),
        (b"\x0a\x09\x11\x00\x00\x00\x00\x00\x00\xf8\x7f", "JSON has no NaN"),
        (b"\x0a\x09\x11\x00\x00\x00\x00\x00\x00\xf0\xff", "JSON has no -inf"),
        (b"", "missing"),
    ] {
        assert_eq!(Codec::Proto.decode_value::<Value>(bytes).unwrap_err().message(), message);
    }
}

#[test]
fn any_json_is_strict_where_json_is() {
    let error = from_json::<Value>(r#"{"a": 1, "a": 2}"#).unwrap_err();
    assert!(error.message().contains("the same member twice"), "{error}");
    assert_eq!(from_xml::<Value>("<value><base64>AP8=</base64></value>"), Ok(any!("AP8=")));
}

#[test]
fn null_does_not_stand_within_some() {
    assert_eq!(json(&Some(any!(1))), "1");
    for codec in [Codec::Json, Codec::JsonPositional] {
        let error = encode(codec, &vec![Some(Value::Null)]).unwrap_err();
        assert_eq!(error.to_string(), "[0]: null within Some would be read as None");
        assert!(encode(codec, &Some(())).is_err());
        assert!(encode(codec, &Some(Json(None::<u8>))).is_err());
        assert!(encode(codec, &Some(Json("null"))).is_ok());
        assert!(encode(codec, &Some(Json(Some(1)))).is_ok());
    }
    let bytes = encode(Codec::Proto, &Some(Value::Null)).unwrap();
    assert_eq!(Codec::Proto.decode_value(&bytes), Ok(Some(Value::Null)));
}

#[test]
fn foreign_types() {
    #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Foreign {
        name: String,
        pairs: Vec<(u8, Option<char>)>,
        at: BTreeMap<u8, f32>,
    }
    let foreign =
        Json(Foreign { name: "x".into(), pairs: vec![(1, Some('é')), (2, None)], at: [(3, 0.5)].into() });
    assert_eq!(json(&foreign), r#"{"at":{"3":0.5},"name":"x","pairs":[[1,"é"],[2,null]]}"#);
    assert_eq!(from_json(&json(&foreign)), Ok(foreign.clone()));
    assert_eq!(from_xml(&xml(&foreign).unwrap()), Ok(foreign.clone()));
    let bytes = encode(Codec::Proto, &foreign).unwrap();
    assert_eq!(Codec::Proto.decode_value(&bytes), Ok(foreign));
    let wrong =
        encode(Codec::Proto, &any!({"name": "x", "pairs": [[1, null], [300, null]], "at": {}})).unwrap();
    let error = Codec::Proto.decode_value::<Json<Foreign>>(&wrong).unwrap_err();
    assert_eq!(error.to_string(), "pairs[1][0]: invalid value: integer `300`, expected u8");
}

#[test]
fn owners_are_what_they_own() {
    let text = r#"<string>a</string>"#;
    written(Arc::<str>::from("a"), "0a0161", r#""a""#, text);
    written(Box::<str>::from("a"), "0a0161", r#""a""#, text);
    written(Cow::Borrowed("a"), "0a0161", r#""a""#, text);
    written(Arc::new("a".to_owned()), "0a0161", r#""a""#, text);
    written(Box::<[u8]>::from([0, 255]), "0a0200ff", r#""AP8=""#, "<base64>AP8=</base64>");
    written(
        BTreeMap::from([(Arc::<str>::from("k"), 1)]),
        "0a050a016b1001",
        r#"{"k":1}"#,
        "<struct><member><name>k</name><value><int>1</int></value></member></struct>",
    );
}

#[test]
fn an_array_that_comes_in_two_pieces_is_refused() {
    let whole = b"\x0a\x02\x01\x05";
    assert_eq!(Codec::Proto.decode_value::<[u16; 2]>(whole), Ok([1, 5]));
    assert_eq!(Codec::Proto.decode_value::<[u16; 2]>(b"\x08\x01\x08\x05"), Ok([1, 5]));
    // other decoders read four elements here, so the last two are no array either
    let apart = [&whole[..], b"\x10\x01", whole].concat();
    let error = Codec::Proto.decode_value::<[u16; 2]>(&apart).unwrap_err();
    assert!(error.to_string().contains("4 elements where 2 were expected"), "{error}");
}
