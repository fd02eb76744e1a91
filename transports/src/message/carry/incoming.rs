//! A request or a response on its way in.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::HeaderMap;
use http_body::Frame;

use crate::message::bhttp::{Decoder, Event, Head, Malformed};
use crate::message::layer::Key;
use crate::{Body, BodyError};

/// One direction of a call, as its bytes come.
pub(crate) struct Incoming<H: Head> {
    decoder: Decoder<H>,
    /// Bytes of parts that came before the head did, which nobody will take.
    unclaimed: usize,
    /// Where the body goes, once the head has come and more does.
    body: Option<Arc<Mutex<Stream>>>,
}

/// Tells whoever gives credit how much was taken of which call.
#[derive(Clone, Default)]
pub(crate) struct Taken(Arc<Mutex<TakenState>>);

#[derive(Default)]
struct TakenState {
    bytes: Vec<(Key, usize)>,
    waker: Option<Waker>,
}

/// What waits for the reader of a body.
#[derive(Default)]
struct Stream {
    frames: VecDeque<Bytes>,
    trailers: Option<HeaderMap>,
    ended: Option<Result<(), BodyError>>,
    reader: Option<Waker>,
    left: bool,
}

fn lock<T>(state: &Mutex<T>) -> MutexGuard<'_, T> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Taken {
    fn add(&self, key: Key, bytes: usize) {
        let mut state = lock(&self.0);
        state.bytes.push((key, bytes));
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// What was taken since this was last asked; whoever asks is woken when something more is.
    pub(crate) fn poll(&self, cx: &Context<'_>) -> Vec<(Key, usize)> {
        let mut state = lock(&self.0);
        state.waker = Some(cx.waker().clone());
        std::mem::take(&mut state.bytes)
    }
}

impl<H: Head> Incoming<H> {
    pub(crate) fn new(limit: usize) -> Self {
        Self { decoder: Decoder::new(limit), unclaimed: 0, body: None }
    }

    /// Takes bytes that came. The head is given once it is whole, with its body; of what need not be claimed by a reader
    /// the number of bytes is added to `free`.
    ///
    /// # Errors
    /// What is no binary HTTP message.
    pub(crate) fn push(
        &mut self,
        data: Bytes,
        end: bool,
        key: Key,
        taken: &Taken,
        free: &mut usize,
    ) -> Result<Option<(H, Body)>, Malformed> {
        let length = data.len();
        self.decoder.push(data);
        if end {
            self.decoder.finish();
        }
        let mut head = None;
        let mut content: Vec<Bytes> = Vec::new();
        let (mut trailers, mut whole) = (None, false);
        while let Some(event) = self.decoder.next()? {
            match event {
                Event::Head(parts) => head = Some(parts),
                Event::Data(data) => content.push(data),
                Event::Trailers(fields) => trailers = Some(fields),
                Event::End => whole = true,
            }
        }
        // All that is no content is taken as it comes.
        *free += length.saturating_sub(content.iter().map(Bytes::len).sum());
        let Some(head) = head else {
            if let Some(body) = &self.body {
                feed(body, content, trailers, whole);
            }
            return Ok(None);
        };
        if whole && content.len() <= 1 {
            let data = content.pop().unwrap_or_default();
            *free += data.len();
            let body = match (data.is_empty(), trailers) {
                (true, None) => Body::Empty,
                (_, trailers) => Body::Full { data, trailers: trailers.map(Box::new) },
            };
            return Ok(Some((head, body)));
        }
        let stream = Arc::<Mutex<Stream>>::default();
        feed(&stream, content, trailers, whole);
        self.body = Some(stream.clone());
        Ok(Some((head, Body::Stream(Box::pin(Reader { stream, key, taken: taken.clone() })))))
    }

    /// The rest will not come.
    pub(crate) fn fail(&mut self, error: BodyError) {
        if let Some(body) = self.body.take() {
            let mut stream = lock(&body);
            stream.ended.get_or_insert(Err(error));
            wake(stream);
        }
    }
}

fn feed(stream: &Mutex<Stream>, content: Vec<Bytes>, trailers: Option<HeaderMap>, whole: bool) {
    let mut stream = lock(stream);
    if !stream.left {
        stream.frames.extend(content);
        stream.trailers = trailers.or(stream.trailers.take());
    }
    if whole {
        stream.ended.get_or_insert(Ok(()));
    }
    wake(stream);
}

fn wake(mut stream: MutexGuard<'_, Stream>) {
    let reader = stream.reader.take();
    drop(stream);
    if let Some(reader) = reader {
        reader.wake();
    }
}

/// The body of what comes in.
pub(crate) struct Reader {
    stream: Arc<Mutex<Stream>>,
    key: Key,
    taken: Taken,
}

impl http_body::Body for Reader {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let mut stream = lock(&self.stream);
        if let Some(data) = stream.frames.pop_front() {
            drop(stream);
            self.taken.add(self.key, data.len());
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        match stream.ended.take() {
            None => {
                stream.reader = Some(cx.waker().clone());
                Poll::Pending
            }
            Some(outcome) => {
                stream.ended = Some(Ok(()));
                Poll::Ready(match (outcome, stream.trailers.take()) {
                    (Err(error), _) => Some(Err(error)),
                    (Ok(()), Some(trailers)) => Some(Ok(Frame::trailers(trailers))),
                    (Ok(()), None) => None,
                })
            }
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let mut stream = lock(&self.stream);
        stream.left = true;
        let bytes = stream.frames.drain(..).map(|data| data.len()).sum();
        drop(stream);
        // What was not read is taken too: the other end may go on, and say that it has ended.
        self.taken.add(self.key, bytes);
    }
}
