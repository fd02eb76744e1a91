//! How deep values may be nested, and how many calls a request may hold.

use polyrpc::{Message, Result, Server, service};

use crate::support::{Answer, Served, TCP, framed, grpc, post};

#[derive(Message)]
struct Tree {
    inner: Option<Box<Tree>>,
}

#[service(package = "behaviour.v1")]
trait Forest {
    async fn depth(&self, tree: Tree) -> Result<u64>;
    async fn same(&self, value: serde_json::Value) -> Result<bool>;
}

struct Walk;

impl Forest for Walk {
    async fn depth(&self, tree: Tree) -> Result<u64> {
        let (mut depth, mut at) = (1, &tree);
        while let Some(inner) = &at.inner {
            (depth, at) = (depth + 1, inner);
        }
        Ok(depth)
    }

    async fn same(&self, value: serde_json::Value) -> Result<bool> {
        Ok(!value.is_null())
    }
}

async fn forest() -> Served {
    Served::start(Server::new().service(ForestServer::new(Walk)).listen(TCP)).await
}

/// The outcome of a tree of so many messages, the request's own not counted.
async fn proto(served: &Served, depth: usize) -> (u32, String) {
    let mut tree = Vec::new();
    for _ in 0..depth {
        let mut outer = vec![10];
        let mut len = tree.len();
        while len >= 0x80 {
            outer.push(len as u8 | 0x80);
            len >>= 7;
        }
        outer.push(len as u8);
        outer.extend_from_slice(&tree);
        tree = outer;
    }
    grpc(served.address(), "/behaviour.v1.Forest/Depth", &[], &framed(&tree)).await.outcome()
}

#[tokio::test]
async fn proto_messages_nest_a_hundred_deep() {
    let served = forest().await;
    assert_eq!(proto(&served, 99).await.0, 0);
    for depth in [101, 10_000, 100_000] {
        let (code, text) = proto(&served, depth).await;
        assert_eq!(code, 3, "{depth}: {text}");
        assert!(text.contains("100"), "the limit is not named: {text}");
    }
    assert_eq!(proto(&served, 1).await.0, 0);
}

/// The answer to a value of so many arrays, in a list of parameters.
async fn json(served: &Served, depth: usize) -> String {
    let value = "[".repeat(depth) + &"]".repeat(depth);
    let call = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"forest.same","params":[{value}]}}"#);
    post(served.address(), "application/json", "", &call).await.body
}

#[tokio::test]
async fn json_nests_a_hundred_and_twenty_eight_deep() {
    let served = forest().await;
    assert!(json(&served, 120).await.contains("\"result\":true"));
    for depth in [130, 10_000, 1_000_000] {
        let answer = json(&served, depth).await;
        assert!(answer.contains("-32602") && answer.contains("128"), "{depth}: {answer}");
    }
}

async fn xml(served: &Served, depth: usize) -> String {
    let value = "<value><array><data>".repeat(depth) + &"</data></array></value>".repeat(depth);
    let call = format!(
        "<?xml version=\"1.0\"?><methodCall><methodName>forest.same</methodName><params><param>{value}</param>\
         </params></methodCall>"
    );
    post(served.address(), "text/xml", "", &call).await.body
}

#[tokio::test]
async fn xml_nests_a_hundred_and_twenty_eight_deep() {
    let served = forest().await;
    assert!(xml(&served, 40).await.contains("<boolean>1"), "{}", xml(&served, 40).await);
    for depth in [130, 1_000, 50_000] {
        let answer = xml(&served, depth).await;
        assert!(answer.contains("<fault>") && answer.contains("128"), "{depth}: {answer}");
    }
}

async fn batch(served: &Served, calls: usize) -> Answer {
    let call = r#"{"jsonrpc":"2.0","id":1,"method":"forest.same","params":[1]}"#;
    post(served.address(), "application/json", "", &format!("[{}]", vec![call; calls].join(","))).await
}

#[tokio::test]
async fn a_batch_has_a_thousand_calls() {
    let served = forest().await;
    let answer = batch(&served, 1000).await;
    assert_eq!(answer.body.matches("\"result\":true").count(), 1000);
    let refused = batch(&served, 1001).await;
    assert!(refused.body.contains("-32008") && refused.body.contains("1000"), "{refused:?}");
    assert!(!refused.body.contains("result"), "some of it was executed: {refused:?}");
    let server = Server::new().service(ForestServer::new(Walk)).batch_limit(3).listen(TCP);
    assert!(batch(&Served::start(server).await, 4).await.body.contains("-32008"));
}

async fn multicall(served: &Served, calls: usize) -> Answer {
    let call = "<value><struct><member><name>methodName</name><value>forest.same</value></member><member><name>\
                params</name><value><array><data><value>x</value></data></array></value></member></struct></value>";
    let text = format!(
        "<?xml version=\"1.0\"?><methodCall><methodName>system.multicall</methodName><params><param><value>\
         <array><data>{}</data></array></value></param></params></methodCall>",
        call.repeat(calls)
    );
    post(served.address(), "text/xml", "", &text).await
}

#[tokio::test]
async fn a_multicall_has_a_thousand_calls() {
    let served = forest().await;
    let answer = multicall(&served, 1000).await;
    assert_eq!(answer.body.matches("<boolean>1</boolean>").count(), 1000);
    let refused = multicall(&served, 1001).await;
    assert!(refused.body.contains("-32008") && refused.body.contains("1000"), "{refused:?}");
    assert!(!refused.body.contains("<boolean>"), "some of it was executed: {refused:?}");
    let server = Server::new().service(ForestServer::new(Walk)).multicall_limit(3).listen(TCP);
    assert!(multicall(&Served::start(server).await, 4).await.body.contains("-32008"));
}

#[tokio::test]
async fn an_xml_element_has_sixteen_attributes_and_a_document_no_doctype() {
    let served = forest().await;
    let call = async |prolog: &str, attributes: usize| {
        let attributes: String = (0..attributes).map(|n| format!(" a{n}=\"x\"")).collect();
        let text = format!(
            "<?xml version=\"1.0\"?>{prolog}<methodCall{attributes}><methodName>forest.same</methodName><params>\
             <param><value>x</value></param></params></methodCall>"
        );
        post(served.address(), "text/xml", "", &text).await.body
    };
    assert!(call("", 16).await.contains("<boolean>1"), "{}", call("", 16).await);
    let refused = call("", 17).await;
    assert!(refused.contains("<fault>") && refused.contains("16"), "{refused}");
    for doctype in ["<!DOCTYPE methodCall>", "<!DOCTYPE a [<!ENTITY b \"c\">]>"] {
        let refused = call(doctype, 0).await;
        assert!(
            refused.contains("<fault>") && refused.contains("a document type is not allowed"),
            "{refused}"
        );
    }
    let text = "<?xml version=\"1.0\"?><methodCall><methodName>forest.same</methodName><params><param><value>&b;\
                </value></param></params></methodCall>";
    let refused = post(served.address(), "text/xml", "", text).await;
    assert!(refused.body.contains("<fault>"), "an entity of one's own: {refused:?}");
}
