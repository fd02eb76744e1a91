//! Reading a body to its end.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::Pin;

use bytes::Bytes;
use http::HeaderMap;
use http_body::Body as _;

use super::{Body, BodyError};

/// A whole body.
#[derive(Debug, Clone, Default)]
pub struct Collected {
    /// All bytes.
    pub data: Bytes,
    /// The trailers, if any came.
    pub trailers: Option<HeaderMap>,
}

thread_local! {
    static COLLECTING: Cell<bool> = const { Cell::new(false) };
}

/// Whether the body being polled is waited for as a whole. A server's limit on stalled bodies holds only then: a
/// stream whose caller has nothing to say for an hour is not stalled. The mark travels beside the call, because
/// layers may have wrapped the body any number of times.
#[cfg(all(any(feature = "_stream", feature = "_message"), feature = "server"))]
pub(crate) fn is_collecting() -> bool {
    COLLECTING.get()
}

/// Sets the mark for one poll.
struct Mark(bool);

impl Mark {
    fn set() -> Self {
        Self(COLLECTING.replace(true))
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        COLLECTING.set(self.0);
    }
}

impl Body {
    /// Reads the body to its end, up to `limit` bytes.
    ///
    /// What is allocated follows what was received, at most twice as much; a length that a header announces can only
    /// make it less. A body that came in one chunk is not copied.
    ///
    /// # Errors
    /// A body above the limit ([`BodyError::is_too_large`]), at once where its length is known beforehand; and
    /// whatever ends the body early.
    ///
    /// ```
    /// # use polyrpc_transports::Body;
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// assert_eq!(Body::from("hello").collect(5).await.unwrap().data, "hello");
    /// assert!(Body::from("hello").collect(4).await.unwrap_err().is_too_large());
    /// # }
    /// ```
    pub async fn collect(self, limit: usize) -> Result<Collected, BodyError> {
        if self.size_hint().lower() > limit as u64 {
            return Err(BodyError::too_large(limit));
        }
        match self {
            Self::Empty => Ok(Collected::default()),
            Self::Full { data, trailers } => Ok(Collected { data, trailers: trailers.map(|boxed| *boxed) }),
            Self::Announced(announced) => Ok(Collected { data: announced.take(), trailers: None }),
            Self::Trailers(trailers) => Ok(Collected { data: Bytes::new(), trailers: Some(*trailers) }),
            Self::Stream(stream) => collect_stream(stream, limit).await,
        }
    }
}

async fn collect_stream(mut stream: super::BoxStream, limit: usize) -> Result<Collected, BodyError> {
    let mut gathered = Gathered::Nothing;
    let expected = stream.size_hint().upper().and_then(|length| usize::try_from(length).ok());
    let mut trailers: Option<HeaderMap> = None;
    while let Some(frame) = next_frame(&mut stream).await {
        match frame?.into_data() {
            Ok(data) if data.len() > limit - gathered.len() => return Err(BodyError::too_large(limit)),
            Ok(data) => gathered.push(data, expected.unwrap_or(limit)),
            Err(other) => {
                if let Ok(more) = other.into_trailers() {
                    match &mut trailers {
                        Some(known) => known.extend(more),
                        None => trailers = Some(more),
                    }
                }
            }
        }
    }
    Ok(Collected { data: gathered.finish(), trailers })
}

async fn next_frame(stream: &mut super::BoxStream) -> Option<Result<http_body::Frame<Bytes>, BodyError>> {
    poll_fn(|cx| {
        let _mark = Mark::set();
        Pin::new(&mut *stream).poll_frame(cx)
    })
    .await
}

/// What has come so far: the first chunk is kept as it is until a second one comes.
enum Gathered {
    Nothing,
    One(Bytes),
    Many(Vec<u8>),
}

impl Gathered {
    fn len(&self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::One(data) => data.len(),
            Self::Many(data) => data.len(),
        }
    }

    /// Adds a chunk of a body that is `expected` to have so many bytes.
    fn push(&mut self, data: Bytes, expected: usize) {
        if data.is_empty() {
            return;
        }
        match self {
            Self::Nothing => *self = Self::One(data),
            Self::One(first) => {
                let mut all = Vec::new();
                make_room(&mut all, first.len() + data.len(), expected);
                all.extend_from_slice(first);
                all.extend_from_slice(&data);
                *self = Self::Many(all);
            }
            Self::Many(all) => {
                make_room(all, data.len(), expected);
                all.extend_from_slice(&data);
            }
        }
    }

    fn finish(self) -> Bytes {
        match self {
            Self::Nothing => Bytes::new(),
            Self::One(data) => data,
            Self::Many(all) => all.into(),
        }
    }
}

/// Makes room for `more` bytes in steps that double, but no more than is expected in the end.
fn make_room(all: &mut Vec<u8>, more: usize, expected: usize) {
    let needed = all.len() + more;
    if needed > all.capacity() {
        let room = needed.next_power_of_two().min(expected).max(needed);
        all.reserve_exact(room - all.len());
    }
}
