//! One tracing span per call, with OpenTelemetry's attribute names for RPC.

use polyrpc::Code;

use crate::support::{Log, PROTOCOLS, Probe, ProbeClient, Served, Subject, post};

#[tokio::test]
async fn a_call_has_one_span_with_the_attributes_of_opentelemetry() {
    for protocol in PROTOCOLS {
        let (log, _guard) = Log::capture();
        let (served, _) = Served::probe().await;
        let client = served.client(protocol).await;
        client.add(1, 2).await.unwrap();
        let spans = log.spans("rpc");
        assert_eq!(spans.len(), 1, "{protocol}: {spans:?}");
        for (name, value) in [
            ("otel.name", "behaviour.v1.Probe/Add"),
            ("otel.kind", "server"),
            ("rpc.system", protocol),
            ("rpc.service", "behaviour.v1.Probe"),
            ("rpc.method", "Add"),
            ("rpc.grpc.status_code", "0"),
        ] {
            assert_eq!(spans[0].get(name).map(String::as_str), Some(value), "{protocol}: {name}");
        }
        assert_eq!(spans[0].get("error.type"), None, "{protocol}");
    }
}

#[tokio::test]
async fn a_failed_calls_span_says_how() {
    for protocol in PROTOCOLS {
        let (log, _guard) = Log::capture();
        let (served, _) = Served::probe().await;
        let failed = served.client(protocol).await.fail(5, "no order 7".into()).await.unwrap_err();
        assert_eq!(failed.code(), Code::NotFound);
        let spans = log.spans("rpc");
        assert_eq!(spans.len(), 1, "{protocol}: {spans:?}");
        assert_eq!(spans[0]["rpc.grpc.status_code"], "5", "{protocol}");
        assert_eq!((&*spans[0]["otel.status_code"], &*spans[0]["error.type"]), ("ERROR", "NOT_FOUND"));
    }
}

#[tokio::test]
async fn a_batch_has_a_span_for_each_call() {
    let (log, _guard) = Log::capture();
    let (served, _) = Served::probe().await;
    let batch = r#"[{"jsonrpc":"2.0","id":1,"method":"probe.add","params":[1,2]},
                    {"jsonrpc":"2.0","id":2,"method":"probe.echo","params":["x"]}]"#;
    post(served.address(), "application/json", "", batch).await;
    let mut methods: Vec<_> = log.spans("rpc").iter().map(|span| span["rpc.method"].clone()).collect();
    methods.sort();
    assert_eq!(methods, ["Add", "Echo"]);
}

#[tokio::test]
async fn a_local_call_has_one_span_too() {
    let (log, _guard) = Log::capture();
    ProbeClient::local(Subject::new()).add(1, 2).await.unwrap();
    let spans = log.spans("rpc");
    assert_eq!((spans.len(), &*spans[0]["rpc.system"]), (1, "local"));
}
