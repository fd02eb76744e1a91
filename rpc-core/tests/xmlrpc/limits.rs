//! Each limit of a document, crossed.

use crate::shelf::{Books, call, param, post, server};

/// A value of so many levels.
fn nest(levels: usize) -> String {
    let inner = "<struct><member><name>inner</name><value>".repeat(levels - 1);
    format!("{inner}<struct/>{}", "</value></member></struct>".repeat(levels - 1))
}

#[tokio::test]
async fn values_are_128_deep_and_no_deeper() {
    let books = Books::default();
    let answer = post(server(&books), call("shelf.depth", &param(&nest(128)))).await;
    assert_eq!(answer.result(), "<int>128</int>");
    let answer = post(server(&books), call("shelf.depth", &param(&nest(129)))).await;
    let (code, text) = answer.fault();
    assert_eq!(code, -32602);
    assert!(
        text.starts_with("Invalid params: nest.inner.inner.") && text.ends_with("nested deeper than 128")
    );
    // Far deeper is as good as a little deeper, whoever asks for it.
    for body in [
        call("shelf.add", &param(&nest(5_000))),
        call("shelf.add", &(param("<int>1</int>") + &param(&"<array><data><value>".repeat(5_000)))),
        "<a>".repeat(50_000),
    ] {
        assert!([-32602, -32700].contains(&post(server(&books), body).await.fault().0));
    }
    assert!(books.0.lock().unwrap().is_empty());
}

#[tokio::test]
async fn elements_have_16_attributes_and_no_more() {
    let with = |count: usize| {
        let attributes: String = (0..count).map(|number| format!(" a{number}='x'")).collect();
        call("shelf.add", &param(&format!("<int{attributes}>5</int>")))
    };
    let books = Books::default();
    assert_eq!(post(server(&books), with(16)).await.result(), "<int>5</int>");
    let answer = post(server(&books), with(17)).await;
    let (code, text) = answer.fault();
    assert!(code == -32700 && text.contains("more than 16 attributes on one element"), "{text}");
    assert_eq!(*books.0.lock().unwrap(), [5]);
}

#[tokio::test]
async fn a_document_type_is_a_fault_wherever_it_stands() {
    let books = Books::default();
    let whole = call("shelf.add", &param("<int>5</int>"));
    for at in ["<methodCall>", "<methodName>", "<params>", "<param>", "<value>", "<int>"] {
        for body in
            [whole.replace(at, &format!("<!DOCTYPE a>{at}")), whole.replace(at, &format!("{at}<!DOCTYPE a>"))]
        {
            let answer = post(server(&books), body.clone()).await;
            let (code, text) = answer.fault();
            assert!(code == -32700 && text.contains("a document type is not allowed"), "{body}: {text}");
        }
    }
    assert!(books.0.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_multicall_has_a_thousand_calls_and_no_more() {
    let books = Books::default();
    let calls = |count: usize| {
        let entry = "<value><struct><member><name>methodName</name><value>shelf.add</value></member>\
                     <member><name>params</name><value><array><data><value><int>5</int></value></data></array></value>\
                     </member></struct></value>";
        call("system.multicall", &param(&format!("<array><data>{}</data></array>", entry.repeat(count))))
    };
    let answer = post(server(&books), calls(1001)).await;
    assert_eq!(answer.fault(), (-32008, "the multicall has more calls than the limit of 1000"));
    assert!(books.0.lock().unwrap().is_empty());
    let answer = post(server(&books), calls(1000)).await;
    assert_eq!(answer.result().matches("<int>5</int>").count(), 1000);
    assert_eq!(books.0.lock().unwrap().len(), 1000);
}
