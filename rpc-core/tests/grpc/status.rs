//! How a call fails: `grpc-status`, `grpc-message` and `grpc-status-details-bin`, read and written.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use polyrpc_core::{Channel, Code};

use crate::support::{Scripted, Served, Wire, WireClient, WireError, framed, head, text};

/// `{ 1: code, 2: message }` in proto.
fn fail(code: u8, message: &str) -> Vec<u8> {
    let mut out = vec![0x08, code, 0x12, u8::try_from(message.len()).unwrap()];
    out.extend_from_slice(message.as_bytes());
    out
}

#[tokio::test]
async fn all_codes_are_written_and_read() {
    let served = Served::start().await;
    let raw = served.raw().await;
    for code in Code::ALL.into_iter().skip(1) {
        let answer = raw.call("Fail", &[], &fail(code.number(), "why")).await;
        answer.fails(code, "why");
        assert_eq!(answer.headers["grpc-status"], code.number().to_string());

        let number = code.number().to_string();
        let trailers: &[(&str, &str)] = &[("grpc-status", &number), ("grpc-message", "why")];
        for scripted in [
            Scripted::answering(head(trailers), &[], None).await,
            Scripted::answering(head(&[]), &[], Some(trailers)).await,
            Scripted::answering(head(&[]), &[&framed(&text("hi"))], Some(trailers)).await,
        ] {
            let status = scripted.client().await.echo("x".into()).await.unwrap_err();
            assert_eq!((status.code(), status.message()), (code, "why"));
        }
    }
    // A failure that says it is none would be read as success.
    raw.call("Fail", &[], &fail(0, "why")).await.fails(Code::Unknown, "why");
}

#[tokio::test]
async fn messages_are_percent_encoded() {
    let served = Served::start().await;
    let raw = served.raw().await;
    for (message, written) in [
        ("plain ~!", "plain ~!"),
        ("100%", "100%25"),
        ("a\nb\r\t\0", "a%0Ab%0D%09%00"),
        ("é☃😀", "%C3%A9%E2%98%83%F0%9F%98%80"),
        ("\u{7f}", "%7F"),
        ("", ""),
    ] {
        let answer = raw.call("Fail", &[], &fail(5, message)).await;
        assert_eq!(answer.message(), written);
        assert_eq!(answer.headers.contains_key("grpc-message"), !written.is_empty());
    }
    for (written, message) in [
        ("100%25", "100%"),
        ("%e2%98%83", "☃"),
        // What is broken stays as it is, or becomes the replacement character.
        ("100% of %zz %4", "100% of %zz %4"),
        ("%ff", "\u{fffd}"),
        ("", ""),
    ] {
        let scripted =
            Scripted::answering(head(&[("grpc-status", "5"), ("grpc-message", written)]), &[], None).await;
        let status = scripted.client().await.echo("x".into()).await.unwrap_err();
        assert_eq!((status.code(), status.message()), (Code::NotFound, message));
    }
}

#[tokio::test]
async fn a_status_that_is_no_number_or_none_of_ours_is_unknown() {
    for strange in ["17", "99", "-1", "x", "", "0x0", "1 2"] {
        let scripted = Scripted::answering(head(&[("grpc-status", strange)]), &[], None).await;
        let status = scripted.client().await.echo("x".into()).await.unwrap_err();
        assert_eq!(status.code(), Code::Unknown, "{strange}");
    }
}

#[tokio::test]
async fn without_grpc_status_no_response_is_a_success() {
    let message = framed(&text("hi"));
    for scripted in [
        Scripted::answering(head(&[]), &[], None).await,
        Scripted::answering(head(&[]), &[&message], None).await,
        Scripted::answering(head(&[]), &[&message], Some(&[("x-t", "1")])).await,
        // The head is not the end, so that its word does not count.
        Scripted::answering(head(&[("grpc-status", "0")]), &[&message], None).await,
        Scripted::answering(head(&[("grpc-status", "0")]), &[&message], Some(&[("x-t", "1")])).await,
    ] {
        let status = scripted.client().await.echo("x".into()).await.unwrap_err();
        assert_eq!(
            (status.code(), status.message()),
            (Code::Unknown, "the response ended without grpc-status")
        );
    }
}

/// `google.rpc.Status { code: 5, message: "no order 7", details: [Any { wire.v1.WireError, { 1: { 1: 7 } } }] }`
const RICH: &[u8] = b"\x08\x05\x12\x0ano order 7\x1a\x2d\x0a\x25type.googleapis.com/wire.v1.WireError\
                      \x12\x04\x0a\x02\x08\x07";

#[tokio::test]
async fn typed_errors_travel_as_details() {
    let served = Served::start().await;
    let answer = served.raw().await.call("Typed", &[], b"\x08\x07").await;
    answer.fails(Code::NotFound, "no order 7");
    assert_eq!(answer.headers["grpc-status-details-bin"], STANDARD_NO_PAD.encode(RICH));

    let client = WireClient::new(Channel::connect(format!("tcp://{}", served.address)).await.unwrap());
    assert!(matches!(client.typed(7).await, Err(WireError::NoSuchOrder { id: 7 })));

    for details in [STANDARD.encode(RICH), STANDARD_NO_PAD.encode(RICH)] {
        let trailers: &[(&str, &str)] =
            &[("grpc-status", "5"), ("grpc-message", "no order 7"), ("grpc-status-details-bin", &details)];
        let scripted = Scripted::answering(head(trailers), &[], None).await;
        assert!(matches!(scripted.client().await.typed(1).await, Err(WireError::NoSuchOrder { id: 7 })));
    }
}

#[tokio::test]
async fn details_that_do_not_decode_cost_nothing_but_themselves() {
    for details in ["?", "////", &STANDARD.encode(&RICH[..20])] {
        let trailers: &[(&str, &str)] =
            &[("grpc-status", "5"), ("grpc-message", "no"), ("grpc-status-details-bin", details)];
        let scripted = Scripted::answering(head(trailers), &[], None).await;
        let error = scripted.client().await.typed(1).await.unwrap_err();
        let WireError::Rpc(status) = error else { panic!("{error:?}") };
        assert_eq!((status.code(), status.message()), (Code::NotFound, "no"));
    }
}

#[tokio::test]
async fn a_message_too_long_for_headers_is_cut_and_the_code_arrives() {
    let served = Served::start().await;
    let client = WireClient::new(Channel::connect(format!("tcp://{}", served.address)).await.unwrap());
    for text in ["long ".repeat(20_000), "☃".repeat(20_000)] {
        let status = client.fail(5, text.clone()).await.unwrap_err();
        assert_eq!(status.code(), Code::NotFound, "{:.100}", status.message());
        let kept = status.message().strip_suffix('…').unwrap();
        assert!(text.starts_with(kept) && kept.len() > 1000, "{} bytes", kept.len());
    }
}
