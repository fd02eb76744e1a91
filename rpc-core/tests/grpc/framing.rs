//! Messages in frames: how many, how large, in which pieces (PROTOCOL-HTTP2.md, "Length-Prefixed-Message").

use std::time::Duration;

use polyrpc_core::Code;

use crate::support::{Scripted, Served, Wire, flagged, framed, head, request, text};

const OK: &[(&str, &str)] = &[("grpc-status", "0")];

#[tokio::test]
async fn a_unary_call_is_one_frame_each_way() {
    let served = Served::start().await;
    let answer = served.raw().await.call("Echo", &[], &text("hi")).await;
    assert_eq!((answer.http, answer.code()), (200, Code::Ok));
    assert_eq!(answer.headers["content-type"], "application/grpc");
    assert_eq!(answer.data, framed(&text("hi")));
    assert_eq!(answer.trailers.unwrap().len(), 1, "grpc-status alone");
}

#[tokio::test]
async fn data_frames_may_end_anywhere() {
    let served = Served::start().await;
    let raw = served.raw().await;
    let whole = framed(&text("hello"));
    for size in 1..=whole.len() {
        let chunks: Vec<&[u8]> = whole.chunks(size).collect();
        let answer = raw.send(request("Echo").body(()).unwrap(), &chunks).await.unwrap();
        assert_eq!((answer.code(), &answer.data[..]), (Code::Ok, &whole[..]), "chunks of {size}");

        let scripted = Scripted::answering(head(&[]), &chunks, Some(OK)).await;
        assert_eq!(scripted.client().await.echo("x".into()).await.unwrap(), "hello", "chunks of {size}");
    }
}

#[tokio::test]
async fn none_or_two_messages_are_unimplemented_at_both_ends() {
    let served = Served::start().await;
    let raw = served.raw().await;
    let one = framed(&text("hi"));
    let answer = raw.send(request("Echo").body(()).unwrap(), &[]).await.unwrap();
    answer.fails(Code::Unimplemented, "no message");
    let answer = raw.send(request("Echo").body(()).unwrap(), &[&one, &one]).await.unwrap();
    answer.fails(Code::Unimplemented, "more than one message");
    assert_eq!(served.seen.begun.load(std::sync::atomic::Ordering::SeqCst), 0);

    for chunks in [&[][..], &[&one[..], &one[..]]] {
        let scripted = Scripted::answering(head(&[]), chunks, Some(OK)).await;
        let status = scripted.client().await.echo("x".into()).await.unwrap_err();
        assert_eq!(status.code(), Code::Unimplemented, "{status}");
    }
    let scripted = Scripted::answering(head(OK), &[], None).await;
    let status = scripted.client().await.echo("x".into()).await.unwrap_err();
    assert_eq!((status.code(), status.message()), (Code::Unimplemented, "a unary response has no message"));
}

#[tokio::test]
async fn torn_and_strange_frames_are_internal_at_both_ends() {
    let served = Served::start().await;
    let raw = served.raw().await;
    let one = framed(&text("hi"));
    for (bad, why) in [
        (&one[..4], "ends inside a message"),
        (&one[..7], "ends inside a message"),
        (&flagged(2, b"x"), "the flag 2"),
        (&flagged(1, b"x"), "names no grpc-encoding"),
    ] {
        let answer = raw.send(request("Echo").body(()).unwrap(), &[bad]).await.unwrap();
        answer.fails(Code::Internal, why);
        let scripted = Scripted::answering(head(&[]), &[bad], Some(OK)).await;
        let status = scripted.client().await.echo("x".into()).await.unwrap_err();
        assert_eq!(status.code(), Code::Internal, "{status}");
        assert!(status.message().contains(why), "{status}");
    }
}

#[tokio::test]
async fn a_message_that_is_no_proto_is_an_invalid_argument_there_and_internal_here() {
    let served = Served::start().await;
    served.raw().await.call("Echo", &[], b"\x0a\x05hi").await.fails(Code::InvalidArgument, "");
    let scripted = Scripted::answering(head(&[]), &[&framed(b"\x0a\x05hi")], Some(OK)).await;
    assert_eq!(scripted.client().await.echo("x".into()).await.unwrap_err().code(), Code::Internal);
}

#[tokio::test]
async fn a_message_over_the_limit_is_resource_exhausted_at_both_ends() {
    let served = Served::with(|server| server.message_limit(100)).await;
    let raw = served.raw().await;
    let at = text(&"x".repeat(98));
    assert_eq!(raw.call("Echo", &[], &at).await.code(), Code::Ok);
    let over = text(&"x".repeat(99));
    raw.call("Echo", &[], &over).await.fails(Code::ResourceExhausted, "limit of 100 bytes");

    // The prefix alone is enough: nothing waits for what it announces.
    let (response, mut body) = raw.open(request("Echo").body(()).unwrap()).await;
    body.send_data(b"\0\xff\xff\xff\xff"[..].into(), true).unwrap();
    let answer = crate::support::Answer::read(response).await.unwrap();
    answer.fails(Code::ResourceExhausted, "4294967295 bytes is over the limit of 100 bytes");

    // A caller that goes on sending is told at once.
    let (response, mut body) = raw.open(request("Echo").body(()).unwrap()).await;
    body.send_data(vec![0; 200].into(), false).unwrap();
    crate::support::Answer::read(response).await.unwrap().fails(Code::ResourceExhausted, "100 bytes");
    // No other call is harmed.
    assert_eq!(raw.call("Echo", &[], &at).await.code(), Code::Ok);

    for (message, expected) in [(&at, Code::Ok), (&over, Code::ResourceExhausted)] {
        let scripted = Scripted::answering(head(&[]), &[&framed(message)], Some(OK)).await;
        let client = scripted.client_with(|builder| builder.message_limit(100)).await;
        let code = client.echo("x".into()).await.map_or_else(|status| status.code(), |_| Code::Ok);
        assert_eq!(code, expected);
    }
}

#[tokio::test]
async fn the_default_limit_is_4_mib() {
    let served = Served::start().await;
    let scripted_free = polyrpc_core::Channel::builder(format!("tcp://{}", served.address));
    let client = crate::support::WireClient::new(scripted_free.connect().await.unwrap());
    // The wrapper's field and length stand before the bytes: five of them.
    let most = (4 << 20) - 5;
    assert_eq!(client.blob(most).await.unwrap().len() as u64, most);
    assert_eq!(client.blob(most + 1).await.unwrap_err().code(), Code::ResourceExhausted);
}

#[tokio::test]
async fn a_one_way_call_is_answered_with_an_empty_message() {
    let served = Served::start().await;
    let answer = served.raw().await.call("Note", &[], &text("hello")).await;
    assert_eq!((answer.code(), &answer.data[..]), (Code::Ok, &framed(b"")[..]));
    for _ in 0..100 {
        if *served.seen.notes.lock().unwrap() == ["hello"] {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the note did not arrive");
}
