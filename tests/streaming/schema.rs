//! What the schema says of streams.

use polyrpc::schema::CallKind;

use crate::service::StreamsServer;

#[test]
fn the_schema_says_what_streams() {
    let methods = StreamsServer::SCHEMA.methods;
    let kind = |name: &str| methods.iter().find(|method| method.name == name).unwrap().kind;
    assert_eq!(kind("count"), CallKind::ServerStreaming);
    assert_eq!(kind("sum"), CallKind::ClientStreaming);
    assert_eq!(kind("shout"), CallKind::Bidirectional);
    assert_eq!(kind("cancellations"), CallKind::Unary);
}
