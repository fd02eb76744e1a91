//! The oracle answers as property tests expect.

use polyrpc_test_support::{Oracle, Peers};

use crate::{Outcome, Suite};

pub(crate) fn suites() -> Vec<Suite> {
    vec![Suite::new("oracle", round_trips)]
}

fn round_trips() -> Outcome {
    let python = Peers::python()?;
    let gone = |error: std::io::Error| error.to_string();
    let mut oracle = Oracle::start(&python).map_err(gone)?;
    let document = r#"{"method":null,"params":[[1,4294967296,"ü<&>",{"base64":"AP8="},{"dateTime":"19980717T14:08:55"},{"struct":{"a":null}}]]}"#;
    let xml = oracle.json_to_xml(document).map_err(gone)??;
    let again = oracle.xml(&xml).map_err(gone)??;
    assert_eq!(xml, again);
    let json = oracle.xml_to_json(&xml).map_err(gone)??;
    let (left, right): (serde_json::Value, serde_json::Value) =
        (serde_json::from_str(&json).expect("JSON"), serde_json::from_str(document).expect("JSON"));
    assert_eq!(left, right);
    assert_eq!(oracle.json("[1.50]").map_err(gone)?, Ok("[1.5]".to_owned()));
    assert!(oracle.xml("<methodCall>").map_err(gone)?.is_err());
    Ok(())
}
