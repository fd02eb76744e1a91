//! A session that runs in a task of its own: what its peer says is read, whoever reads what it says.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http_body::Frame;
use polyrpc_transports::Body;

use super::driver::Session;
use super::lock;

/// Starts the task; the body is what the session says, and its end when it is dropped.
pub(super) fn driven(session: Session) -> Body {
    let said = Arc::<Mutex<Said>>::default();
    let writing = Writing(said.clone());
    tokio::spawn(Driven { session, said });
    Body::stream(writing)
}

/// What was said and is not written yet.
#[derive(Default)]
struct Said {
    text: Bytes,
    ended: bool,
    /// Nobody writes it any more.
    left: bool,
    session: Option<Waker>,
    writer: Option<Waker>,
}

/// Lets go of the lock before somebody is woken who takes it.
fn wake(mut said: MutexGuard<'_, Said>, who: fn(&mut Said) -> &mut Option<Waker>) {
    let waker = who(&mut said).take();
    drop(said);
    if let Some(waker) = waker {
        waker.wake();
    }
}

struct Driven {
    session: Session,
    said: Arc<Mutex<Said>>,
}

impl Future for Driven {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Driven { session, said } = &mut *self;
        if session.progress(cx) {
            // There may be more.
            cx.waker().wake_by_ref();
        }
        let mut said = lock(said);
        if said.left {
            return Poll::Ready(());
        }
        if said.text.is_empty() {
            said.text = session.take().unwrap_or_default();
        }
        if session.is_over() {
            // What is said is written all the same.
            return Poll::Ready(());
        }
        said.session = Some(cx.waker().clone());
        if !said.text.is_empty() {
            wake(said, |said| &mut said.writer);
        }
        Poll::Pending
    }
}

impl Drop for Driven {
    fn drop(&mut self) {
        let mut said = lock(&self.said);
        said.ended = true;
        wake(said, |said| &mut said.writer);
    }
}

/// What the session says.
struct Writing(Arc<Mutex<Said>>);

impl http_body::Body for Writing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let mut said = lock(&self.0);
        let text = std::mem::take(&mut said.text);
        if !text.is_empty() {
            wake(said, |said| &mut said.session);
            return Poll::Ready(Some(Ok(Frame::data(text))));
        }
        if said.ended {
            return Poll::Ready(None);
        }
        said.writer = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        let mut said = lock(&self.0);
        said.left = true;
        wake(said, |said| &mut said.session);
    }
}
