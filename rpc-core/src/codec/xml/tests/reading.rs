//! What is read beyond what we write, and what is refused.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::writing::{Blob, Item, Time};
use super::{reads, refuses};
use crate::codec::xml::differential::Tree;
use crate::codec::xml::{differential, read_value};

const EX: &str = "http://ws.apache.org/xmlrpc/namespaces/extensions";

#[test]
fn integers() {
    reads("<i4>+41</i4>", 41_u8);
    reads("<int>\n  -7 </int>", -7_i64);
    reads("<i8>7</i8>", 7_i32);
    reads("<int>9007199254740991</int>", 9_007_199_254_740_991_u64);
    assert!(refuses::<i32>("<i4>2147483648</i4>", "2147483648").is_data());
    assert!(refuses::<i64>("<i8>9223372036854775808</i8>", "a 64 bit integer").is_data());
    assert!(refuses::<u8>("<int>256</int>", "256").is_data());
    assert!(refuses::<u8>("<int>-1</int>", "-1").is_data());
    for wrong in ["", "1.0", "0x1", "1 2", "--1", "١"] {
        refuses::<i32>(&format!("<int>{wrong}</int>"), "expected a 64 bit integer, found");
    }
}

#[test]
fn booleans() {
    reads("<boolean>1</boolean>", true);
    reads("<boolean>0</boolean>", false);
    for wrong in ["true", "", "2", "01"] {
        refuses::<bool>(&format!("<boolean>{wrong}</boolean>"), "expected 0 or 1");
    }
}

#[test]
fn doubles() {
    reads("<double>+1.5</double>", 1.5);
    reads("<double>-.5</double>", -0.5);
    reads("<double>3.</double>", 3.0);
    reads("<double>1e+300</double>", 1e300);
    reads("<int>3</int>", 3.0);
    for wrong in ["", "nan", "inf", "-Infinity", "0x1p3", "1e999", ".", "1,5"] {
        refuses::<f64>(&format!("<double>{wrong}</double>"), "expected a double");
    }
}

#[test]
fn types_do_not_mix() {
    assert!(refuses::<i32>("<double>1.0</double>", "expected an integer, found a double").is_mismatch());
    assert!(refuses::<i32>("<string>1</string>", "expected an integer, found a string").is_mismatch());
    assert!(refuses::<String>("<int>1</int>", "expected a string, found an integer").is_mismatch());
    assert!(refuses::<f64>("1", "expected a double, found a string").is_mismatch());
    assert!(refuses::<bool>("<int>1</int>", "expected a boolean, found an integer").is_mismatch());
    assert!(refuses::<Blob>("<string>YQ==</string>", "expected base64, found a string").is_mismatch());
    assert!(refuses::<String>("<base64>YQ==</base64>", "expected a string, found base64").is_mismatch());
    assert!(refuses::<Time>("19980717T14:08:55", "expected a dateTime, found a string").is_mismatch());
    assert!(refuses::<Vec<i32>>("<nil/>", "expected an array, found nil").is_mismatch());
    assert!(refuses::<Item>("<array><data/></array>", "expected a struct, found an array").is_mismatch());
    let error = refuses::<serde_json::Value>("<base64>YQ==</base64>", "byte array");
    assert!(error.is_mismatch(), "{error:?}");
}

#[test]
fn strings() {
    for same in [
        "a b",
        "<string>a b</string>",
        "<string>a&#32;b</string>",
        "<string>a&#x20;b</string>",
        "<string>a<!-- x --> b</string>",
        "<string><![CDATA[a b]]></string>",
        "<string>a<![CDATA[ ]]>b</string>",
        "<string >a b</string >",
        " <string x='1'>a b</string>\n",
        "<!-- c --><string>a<?pi?> b</string>",
    ] {
        reads(same, "a b".to_owned());
    }
    for empty in ["", "<string></string>", "<string/>", "<!-- -->", "<![CDATA[]]>"] {
        reads(empty, String::new());
    }
    reads("  ", "  ".to_owned());
    reads("<string> <![CDATA[<&]]]]]]><![CDATA[>]]></string>", " <&]]]]>".to_owned());
    reads("a\r\nb\rc&#13;<![CDATA[\r\n]]>", "a\nb\nc\r\n".to_owned());
    reads("&lt;&gt;&amp;&quot;&apos;&#x1F600;\u{feff}", "<>&\"'😀\u{feff}".to_owned());
    reads("<string>\u{feff}<!-- -->\u{feff}</string>", "\u{feff}\u{feff}".to_owned());
    let empty: String = read_value(b"<value/>").unwrap();
    assert_eq!(empty, "");
    for wrong in ["&nbsp;", "&", "&#0;", "&#x1b;", "&#xD800;", "&#+9;", "&lt", "&#xFFFFFFFFF;", "&#;"] {
        assert!(refuses::<String>(wrong, "unknown reference").is_syntax());
    }
    for wrong in ["a\u{1}b", "\u{ffff}", "<![CDATA[\0]]>"] {
        assert!(refuses::<String>(wrong, "XML has no character U+").is_syntax());
    }
    refuses::<String>("a]]>b", "outside a CDATA section");
    refuses::<String>("a<int>1</int>", "text beside <int>");
    refuses::<String>("<int>1</int>b", "text where only tags may stand");
}

#[test]
fn strings_are_borrowed_where_they_stand_in_one_piece() {
    for whole in ["a b", "<string>a b</string>", "<string ><![CDATA[a b]]></string>", "a]b", "日ï本"] {
        let document = format!("<value>{whole}</value>");
        let text: &str = read_value(document.as_bytes()).expect(whole);
        assert!(whole.contains(text));
    }
    let split = read_value::<&str>(b"<value>a&amp;b</value>");
    assert!(split.unwrap_err().is_mismatch());
}

#[test]
fn times() {
    let day = 900_633_600;
    for (text, time) in [
        ("19980717T14:08:55", Time(day + 50_935, 0)),
        ("1998-07-17T14:08:55", Time(day + 50_935, 0)),
        ("19980717T14:08:55Z", Time(day + 50_935, 0)),
        ("19980717T140855Z", Time(day + 50_935, 0)),
        (" 19980717T14:08:55\n", Time(day + 50_935, 0)),
        ("1998-07-17T14:08:55.25+02:00", Time(day + 43_735, 250_000_000)),
        ("19980717T14:08:55-0130", Time(day + 56_335, 0)),
        ("19980717T00:00:00.000000001", Time(day, 1)),
    ] {
        reads(&format!("<dateTime.iso8601>{text}</dateTime.iso8601>"), time);
    }
    for wrong in [
        "",
        "1998-0717T14:08:55",
        "19980717 14:08:55",
        "19980717T14:0855",
        "19980717T1408:55",
        "19980717T14:08",
        "19980717T24:00:00",
        "19980717T14:60:00",
        "19980717T14:08:60",
        "19981317T14:08:55",
        "19980732T14:08:55",
        "19990229T00:00:00",
        "00000101T00:00:00",
        "00010101T00:00:00+01:00",
        "19980717T14:08:55.",
        "19980717T14:08:55.1234567890",
        "19980717T14:08:55+25:00",
        "19980717T14:08:55ZZ",
    ] {
        let content = format!("<dateTime.iso8601>{wrong}</dateTime.iso8601>");
        assert!(refuses::<Time>(&content, "expected a dateTime").is_data());
    }
    reads("<dateTime.iso8601>19980717T14:08:55</dateTime.iso8601>", "19980717T14:08:55".to_owned());
}

#[test]
fn base64() {
    for same in ["YWJjZA==", "YWJj\nZA==\n", " YW Jj\tZA\r\n", "YWJjZA", "<![CDATA[YWJj]]>ZA=="] {
        reads(&format!("<base64>{same}</base64>"), Blob(b"abcd".to_vec()));
    }
    reads("<base64/>", Blob(Vec::new()));
    for wrong in ["YWJ*", "Y", "YQ=", "-_-_"] {
        let expected = if wrong == "YQ=" { "" } else { "expected base64" };
        if !expected.is_empty() {
            refuses::<Blob>(&format!("<base64>{wrong}</base64>"), expected);
        }
    }
}

#[test]
fn nil() {
    for same in ["<nil/>", "<nil />", "<nil></nil>", "<nil> </nil>", " <nil/> ", "<ex:nil/>"] {
        reads(same, None::<i32>);
    }
    refuses::<Option<i32>>("<nil>a</nil>", "expected nothing, found `a`");
    reads("<int>1</int>", Some(1));
    reads("<array><data><value>a</value></data></array>", Some(vec!["a".to_owned()]));
}

#[test]
fn apache_extensions() {
    let own = |name: &str, text: &str| format!("<x:{name} xmlns:x='{EX}'>{text}</x:{name}>");
    reads(&own("nil", ""), ());
    reads(&own("i1", "-128"), -128);
    reads(&own("i2", "32767"), 32767);
    reads(&own("i8", "5000000000"), 5_000_000_000_i64);
    reads(&own("float", "1.5"), 1.5);
    reads(&own("dateTime", "19980717T14:08:55.5+00:00"), Time(900_684_535, 500_000_000));
    refuses::<i32>(&own("i1", "128"), "an 8 bit integer");
    refuses::<i32>(&own("bigdecimal", "1"), "unknown element <x:bigdecimal>");
    refuses::<i32>("<x:i8 xmlns:x='urn:other'>1</x:i8>", "unknown element <x:i8>");
    refuses::<i32>("<ex:i8>1</x:i8>", "expected </ex:i8>, found </x:i8>");
    refuses::<i32>("<i1>1</i1>", "unknown element <i1>");
    // declared on the value around it, and gone behind that
    let array = |content: &str| format!("<array><data>{content}</data></array>");
    let outer = format!("<value xmlns:x='{EX}'><x:i8>1</x:i8></value><value><x:i8>2</x:i8></value>");
    reads(&array(&outer), vec![1, 2]);
    let other = "<value xmlns:x='urn:other'><int>1</int></value><value><x:i8>2</x:i8></value>";
    reads(&array(other), vec![1, 2]);
    let other = "<value xmlns:x='urn:other'><x:i8>1</x:i8></value>";
    refuses::<Vec<i32>>(&array(other), "unknown element <x:i8>");
}

#[test]
fn arrays() {
    let spaced = "\n<array>\n <data>\n <value><int>1</int></value> <!-- c -->\n<value> <i4>2</i4> </value>\n</data>\n</array>\n";
    reads(spaced, vec![1, 2]);
    reads("<array><data/></array>", Vec::<i32>::new());
    refuses::<Vec<i32>>("<array></array>", "expected <data>");
    refuses::<Vec<i32>>("<array/>", "expected <data>");
    refuses::<Vec<i32>>("<array><data>1</data></array>", "text where only tags may stand");
    refuses::<Vec<i32>>("<array><data><int>1</int></data></array>", "expected <value>, found <int>");
    let two = "<array><data><value><int>1</int></value><value><int>2</int></value></data></array>";
    assert!(refuses::<(i32,)>(two, "more items").is_data());
    assert!(refuses::<(i32, i32, i32)>(two, "invalid length 2").is_data());
}

#[test]
fn structs() {
    let spaced = "<struct>\n<member>\n<name>sku</name>\n<value>x</value>\n</member>\n</struct>";
    reads(spaced, Item { sku: "x".into(), note: None });
    reads("<struct/>", BTreeMap::<String, i32>::new());
    let member =
        |name: &str, value: &str| format!("<member><name>{name}</name><value>{value}</value></member>");
    let of = |members: String| format!("<struct>{members}</struct>");
    let known = member("sku", "x");
    let content = of(known.clone() + &member("other", "<array><data><value/></data></array>"));
    reads(&content, Item { sku: "x".into(), note: None });
    let twice = of(member("sku", "x") + &member("other", "") + &member("&#115;ku", "y"));
    assert!(refuses::<BTreeMap<String, String>>(&twice, "the member `sku` stands twice").is_data());
    assert!(refuses::<Item>(&of(member("note", "a")), "missing field `sku`").is_data());
    // what is ignored must be a value all the same
    refuses::<Item>(&of(known + &member("other", "<int>x</int>")), "expected a 64 bit integer");
    refuses::<Item>("<struct><member><value/><name>a</name></member></struct>", "expected <name>");
    refuses::<BTreeMap<i32, i32>>(&of(member("a", "<int>1</int>")), "as a member's name, found `a`");
}

#[test]
fn many_members_are_compared_too() {
    let mut members = String::new();
    for index in 0..1000 {
        write!(members, "<member><name>m{index}</name><value><int>{index}</int></value></member>").unwrap();
    }
    let map: BTreeMap<String, u32> = super::read(&format!("<struct>{members}</struct>")).unwrap();
    assert_eq!(map.len(), 1000);
    for again in ["m0", "m23", "m24", "m999"] {
        let content = format!("<struct>{members}<member><name>{again}</name><value/></member></struct>");
        refuses::<IgnoredAny2>(&content, "stands twice");
    }
}

/// `IgnoredAny` in a form that can be compared.
#[derive(Debug)]
struct IgnoredAny2;

impl<'de> Deserialize<'de> for IgnoredAny2 {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| IgnoredAny2)
    }
}

#[test]
fn limits() {
    let deep = |depth: usize| {
        let open = "<array><data><value>".repeat(depth - 1);
        let close = "</value></data></array>".repeat(depth - 1);
        format!("{open}<int>1</int>{close}")
    };
    // debug builds have the largest frames
    let small_stack = std::thread::Builder::new().stack_size(2 << 20);
    let done = small_stack.spawn(move || {
        super::read::<Tree>(&deep(128)).expect("128 values in each other");
        let error = super::read::<Tree>(&deep(129)).expect_err("129 are too many");
        assert!(error.is_syntax() && error.to_string().contains("deeper than 128"), "{error}");
        super::read::<Tree>(&deep(20_000)).expect_err("does not overflow");
        read_value::<serde_json::Value>(format!("<value>{}</value>", deep(128)).as_bytes()).unwrap();
    });
    done.expect("a thread").join().expect("no overflow");

    let attributes =
        |count: usize| (0..count).fold(String::new(), |all, index| all + &format!(" a{index}=''"));
    reads(&format!("<int{}>1</int>", attributes(16)), 1);
    refuses::<i32>(&format!("<int{}>1</int>", attributes(17)), "more than 16 attributes");
    refuses::<i32>("<int a='' a=''>1</int>", "malformed attribute");
    refuses::<i32>("<int a=1>1</int>", "malformed attribute");
    let prefixes = (0..5).fold(String::new(), |inner, depth| {
        let declared =
            (0..16).fold(String::new(), |all, index| all + &format!(" xmlns:p{depth}x{index}='u'"));
        format!("<array><data><value{declared}>{inner}</value></data></array>")
    });
    refuses::<Tree>(&prefixes, "more than 64 namespace prefixes");
}

#[test]
fn malformed() {
    for (document, words) in [
        ("", "unexpected end"),
        ("<value>", "unexpected end"),
        ("<value><int>1</int>", "unexpected end"),
        ("<value><int>1", "unexpected end"),
        ("<value><int>1</value>", "expected </int>, found </value>"),
        ("<value><int>1<int></value>", "expected an end tag, found <int>"),
        ("<value><foo/></value>", "unknown element <foo>"),
        ("<value><member/></value>", "<member> is not a type"),
        ("<value/><value/>", "after the end"),
        ("<value/>x", "only tags"),
        ("<values/>", "expected <value>, found <values>"),
        ("<params/>", "expected <value>, found <params>"),
        ("<value><!DOCTYPE a></value>", "document type"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><value/>", "document type"),
        ("<value><?xml version='1.0'?></value>", "an XML declaration inside"),
        ("<value><!-- a -- b --></value>", "malformed XML"),
        ("<value><!-- a </value>", "malformed XML"),
        ("<value><![CDATA[ </value>", "malformed XML"),
        ("<value><int", "malformed XML"),
        ("</value>", "found an end tag"),
    ] {
        differential(document.as_bytes());
        let error = read_value::<Tree>(document.as_bytes()).expect_err(document);
        assert!(error.is_syntax() && error.to_string().contains(words), "{document}: {error}");
    }
    let error = read_value::<Tree>(b"<value>a\xff</value>").unwrap_err();
    assert_eq!(error.to_string(), "the text is not valid UTF-8 at byte 8");
}

#[test]
fn errors_have_paths_outside() {
    let content = b"<value><array><data><value><struct><member><name>sku</name><value><int>1</int></value></member></struct></value></data></array></value>";
    let mut parser = crate::codec::xml::de::Parser::new(content, true).unwrap();
    let error = serde_path_to_error::deserialize::<_, Vec<Item>>(&mut parser).unwrap_err();
    assert_eq!(error.path().to_string(), "[0].sku");
    assert!(error.inner().is_mismatch());
    assert_eq!(error.inner().offset(), content.windows(12).position(|w| w == b"<value><int>"));
}
