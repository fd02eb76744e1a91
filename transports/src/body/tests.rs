//! Sizes, ends and limits of bodies.

use std::collections::VecDeque;

use super::*;
use http_body::Body as _;

struct Frames(VecDeque<Frame<Bytes>>);

impl Frames {
    fn body(chunks: &[&'static str]) -> Body {
        let frames = chunks.iter().map(|chunk| Frame::data(Bytes::from_static(chunk.as_bytes())));
        Body::stream(Self(frames.collect()))
    }
}

impl http_body::Body for Frames {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        Poll::Ready(self.0.pop_front().map(Ok))
    }
}

fn trailers() -> HeaderMap {
    HeaderMap::from_iter([(http::header::ETAG, http::HeaderValue::from_static("x"))])
}

#[tokio::test]
async fn full_body_yields_data_then_trailers_then_ends() {
    let mut body = Body::with_trailers("abc", trailers());
    assert_eq!(body.size_hint().exact(), Some(3));
    let mut next = async || std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await;
    assert_eq!(next().await.unwrap().unwrap().into_data().unwrap(), "abc");
    assert_eq!(next().await.unwrap().unwrap().into_trailers().unwrap(), trailers());
    assert!(next().await.is_none());
}

#[tokio::test]
async fn empty_data_is_no_frame() {
    let mut body = Body::with_trailers("", trailers());
    assert!(!body.is_end_stream());
    let first = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await;
    assert!(first.unwrap().unwrap().is_trailers());
    assert!(body.is_end_stream());
}

#[tokio::test]
async fn collect_joins_chunks_up_to_the_limit() {
    assert_eq!(Frames::body(&["ab", "", "cd", "e"]).collect(5).await.unwrap().data, "abcde");
    assert!(Frames::body(&["ab", "cd", "e"]).collect(4).await.unwrap_err().is_too_large());
}

#[tokio::test]
async fn one_chunk_is_passed_on_uncopied() {
    static CHUNK: &str = "only";
    let data = Frames::body(&[CHUNK]).collect(10).await.unwrap().data;
    assert_eq!(data.as_ptr(), CHUNK.as_ptr());
}

#[tokio::test]
async fn many_small_chunks_cost_at_most_twice_their_size() {
    let body = Frames::body(&["0123456789"; 100]);
    let data = body.collect(1 << 30).await.unwrap().data;
    assert_eq!(data.len(), 1000);
    let capacity = data.try_into_mut().unwrap().capacity();
    assert!(capacity <= 2000, "{capacity} bytes for 1000 received");
}

/// Frames that say beforehand how many bytes they are.
struct Announced(Frames, u64);

impl http_body::Body for Announced {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        Pin::new(&mut self.0).poll_frame(cx)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.1)
    }
}

#[tokio::test]
async fn an_announced_length_saves_room_and_never_takes_it() {
    let capacity = async |announced| {
        let frames = Frames((0..100).map(|_| Frame::data(Bytes::from_static(b"0123456789"))).collect());
        let data = Body::stream(Announced(frames, announced)).collect(1 << 30).await.unwrap().data;
        assert_eq!(data.len(), 1000);
        data.try_into_mut().unwrap().capacity()
    };
    assert_eq!(capacity(1000).await, 1000);
    assert!(capacity(1 << 20).await <= 2000);
}

#[test]
fn own_body_is_not_boxed_twice() {
    assert!(matches!(Body::stream(Body::from("x")), Body::Full { .. }));
}

#[test]
fn errors_keep_their_kind_through_a_box() {
    let boxed: Box<dyn std::error::Error + Send + Sync> = Box::new(BodyError::lost("gone"));
    assert!(BodyError::other(boxed).is_lost());
}
