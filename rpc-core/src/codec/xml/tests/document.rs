//! Calls and responses.

use serde::Deserialize;

use crate::codec::xml::{
    CALL_TAIL, Dialect, ParamsReader, RESPONSE_HEAD, RESPONSE_TAIL, Response, XmlError, parse_call,
    parse_response, read_value, write_call_head, write_fault, write_value,
};

/// Method and arguments of a call.
fn call(document: &str) -> Result<(String, Vec<String>), XmlError> {
    let call = parse_call(document.as_bytes())?;
    let arguments = Vec::deserialize(ParamsReader::new(&document.as_bytes()[call.params])?)?;
    Ok((call.method.into_owned(), arguments))
}

const ONE: &str = "<params><param><value>1</value></param></params>";

#[test]
fn calls() {
    for document in [
        format!("<methodCall><methodName>a.b</methodName>{ONE}</methodCall>"),
        format!("\u{feff}<?xml version='1.0'?><methodCall><methodName>a.b</methodName>{ONE}</methodCall>"),
        format!("<?xml version='1.0' encoding='UTF-8'?>\n<!-- c -->\n<?pi?><methodCall>\n<methodName> a.b </methodName>\n{ONE}\n</methodCall>\n<!-- c -->\n"),
        format!("<?xml version=\"1.0\" encoding=\"us-ascii\" standalone=\"yes\"?><methodCall a='1'><methodName>a<!-- -->&#46;b</methodName>{ONE}</methodCall>"),
        "<methodCall><methodName>a.b</methodName><params ><param>\n<value>1</value>\n</param></params></methodCall>".to_owned(),
        "<methodCall><methodName>a.b</methodName><params><param><value><![CDATA[1]]></value></param></params><!-- </params></methodCall> --></methodCall>".to_owned(),
    ] {
        assert_eq!(call(&document).expect(&document), ("a.b".to_owned(), vec!["1".to_owned()]), "{document}");
    }
    for none in ["", "<params/>", "<params></params>", "<params> <!-- --> </params>", "\n"] {
        let document = format!("<methodCall><methodName>m</methodName>{none}</methodCall>");
        assert_eq!(call(&document).expect(&document), ("m".to_owned(), vec![]));
    }
}

#[test]
fn malformed_calls() {
    let of = |content: &str| format!("<methodCall>{content}</methodCall>");
    for (document, words) in [
        (String::new(), "unexpected end"),
        ("{}".to_owned(), "only tags"),
        (" <?xml version='1.0'?>".to_owned(), "an XML declaration inside"),
        ("<?xml version='1.0'".to_owned(), "a malformed XML declaration"),
        (
            format!("<?xml version='1.0' encoding='latin1'?>{}", of("")),
            "the encoding latin1 is not supported",
        ),
        (
            format!("<?xml version='1.0' encoding='us-ascii'?>{}é", of("")),
            "us-ascii, the declared encoding, lacks",
        ),
        ("<!DOCTYPE methodCall><methodCall/>".to_owned(), "a document type is not allowed"),
        ("<methodCall/>".to_owned(), "expected <methodName>"),
        (of(""), "expected <methodName>"),
        (of("<methodName> </methodName>"), "an empty method name"),
        (of("<methodName>a</methodName><param/>"), "expected <params>, found <param>"),
        (of("<methodName>a</methodName><params><param/></params>"), "expected <value>"),
        (of("<methodName>a</methodName><params><value/></params>"), "expected <param>"),
        (of("<methodName>a</methodName><params></params><params></params>"), "text after the end"),
        (of("<methodName>a</methodName><params><![CDATA[</params>"), "CDATA not closed"),
        (of("<methodName>a</methodName><params><!-- </params>"), "malformed XML"),
        (of("<methodName>a</methodName>") + "<methodCall/>", "after the end"),
        ("<methodResponse/>".to_owned(), "expected <methodCall>, found <methodResponse>"),
    ] {
        let error = call(&document).expect_err(&document);
        assert!(error.is_syntax() && error.to_string().contains(words), "{document}: {error}");
    }
    let latin =
        b"<?xml version='1.0' encoding='iso-8859-1'?><methodCall><methodName>\xe9</methodName></methodCall>";
    assert!(parse_call(latin).unwrap_err().to_string().contains("iso-8859-1 is not supported"));
    assert!(parse_call(b"\xff\xfe<\0").unwrap_err().to_string().contains("UTF-16"));
    for garbage in [&b"<?xml version='1.0'?\xff><methodCall/>"[..], b"\xff>", b"\xff"] {
        assert!(parse_call(garbage).unwrap_err().to_string().contains("not valid UTF-8"), "{garbage:?}");
    }
    assert!(parse_call(b"<methodCall>\xff").unwrap_err().to_string().contains("not valid UTF-8"));
}

#[test]
fn surplus_parameters() {
    let reader = || ParamsReader::new(ONE.as_bytes()).unwrap();
    let error = <()>::deserialize(reader()).unwrap_err();
    assert!(error.is_mismatch(), "{error}");
    let error = <[String; 0]>::deserialize(reader()).unwrap_err();
    assert_eq!(error.message(), "more parameters than expected");
}

#[test]
fn responses() {
    for document in [
        format!("<methodResponse>{ONE}</methodResponse>"),
        format!("<?xml version='1.0'?>\n<methodResponse>\n{ONE}\n</methodResponse>\n"),
        "<methodResponse><params> <param> <value >1</value> </param> </params> </methodResponse>".to_owned(),
        "<methodResponse x='y'><params z=''><param><value>1</value></param><!-- </value> --></params></methodResponse>".to_owned(),
    ] {
        let Ok(Response::Value(range)) = parse_response(document.as_bytes()) else { panic!("{document}") };
        assert_eq!(read_value::<String>(&document.as_bytes()[range]).expect(&document), "1");
    }
    for (document, words) in [
        ("<methodResponse><params/></methodResponse>", "expected <param>"),
        ("<methodResponse><params><param/></params></methodResponse>", "expected <value>"),
        ("<methodResponse/>", "expected <params> or <fault>"),
        ("<methodCall/>", "expected <methodResponse>"),
        ("<html></html>", "expected <methodResponse>, found <html>"),
    ] {
        let error = parse_response(document.as_bytes()).expect_err(document);
        assert!(error.to_string().contains(words), "{document}: {error}");
    }
    let two = b"<methodResponse><params><param><value>1</value></param><param><value>2</value></param></params></methodResponse>";
    let Ok(Response::Value(range)) = parse_response(two) else { panic!("the range is not checked") };
    assert!(read_value::<String>(&two[range]).unwrap_err().is_syntax());
}

#[test]
fn faults() {
    let fault = |members: &str| {
        let document = format!(
            "<methodResponse><fault>\n<value><struct>{members}</struct></value>\n</fault></methodResponse>"
        );
        parse_response(document.as_bytes())
    };
    let code = "<member><name>faultCode</name><value><int>4</int></value></member>";
    let text = "<member><name>faultString</name><value>Too many</value></member>";
    let other = "<member><name>other</name><value><nil/></value></member>";
    let expected = Response::Fault { code: 4, message: "Too many".to_owned() };
    assert_eq!(fault(&format!("{code}{other}{text}")).unwrap(), expected);
    assert!(fault(code).unwrap_err().to_string().contains("missing field `faultString`"));
    assert!(fault(text).unwrap_err().to_string().contains("missing field `faultCode`"));
    assert!(fault(&format!("{code}{code}{text}")).unwrap_err().to_string().contains("twice"));

    let mut out = Vec::new();
    write_fault(-32013, "a\0<b>\u{1b}", &mut out);
    let expected = Response::Fault { code: -32013, message: "a\u{fffd}<b>\u{fffd}".to_owned() };
    assert_eq!(parse_response(&out).unwrap(), expected);
}

#[test]
fn what_is_written_is_read() {
    let mut out = Vec::new();
    write_call_head("a&b", &mut out).unwrap();
    out.extend_from_slice(ONE.as_bytes());
    out.extend_from_slice(CALL_TAIL);
    let document = String::from_utf8(out).unwrap();
    assert_eq!(call(&document).unwrap(), ("a&b".to_owned(), vec!["1".to_owned()]));
    assert!(write_call_head("\0", &mut Vec::new()).unwrap_err().is_unsupported());

    let mut out = RESPONSE_HEAD.to_vec();
    write_value(&7, &mut out, Dialect::default()).unwrap();
    out.extend_from_slice(RESPONSE_TAIL);
    let Ok(Response::Value(range)) = parse_response(&out) else { panic!("a result") };
    assert_eq!(read_value::<i32>(&out[range]).unwrap(), 7);
}
