//! A child process, and its standard input and output as a byte stream.

use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::{oneshot, watch};
use tokio::time::{Sleep, sleep, timeout};

use super::program::Run;

/// How long a child may take to end once its standard input is closed, and then once it was asked to by a signal.
const GRACE: Duration = Duration::from_secs(5);

/// The end of a child's output and the end of the child itself are not told at once; the one is waited for so long when
/// the other is there.
const TOGETHER: Duration = Duration::from_secs(1);

/// Waits for a child, so that it is never left as a zombie, and tells how it ended. Once its stream is dropped, which
/// closes its input, it is to end by itself; then it is asked to; then it is killed.
///
/// A runtime that shuts down drops this, and with it kills the child at once.
pub(super) async fn keep(
    mut child: tokio::process::Child,
    name: String,
    tell: watch::Sender<Option<String>>,
    mut unused: oneshot::Receiver<()>,
) {
    let ended = {
        let mut ended = pin!(child.wait());
        poll_fn(|cx| match ended.as_mut().poll(cx) {
            Poll::Ready(status) => Poll::Ready(Some(status)),
            Poll::Pending => Pin::new(&mut unused).poll(cx).map(|_| None),
        })
        .await
    };
    let status = match ended {
        Some(status) => status,
        None => end(&mut child).await,
    };
    let how = status.map_or_else(|error| error.to_string(), |status| status.to_string());
    tell.send_replace(Some(format!("the program {name} ended ({how})")));
}

async fn end(child: &mut tokio::process::Child) -> io::Result<std::process::ExitStatus> {
    if let Ok(status) = timeout(GRACE, child.wait()).await {
        return status;
    }
    // Nobody else waits for the child, so that its number is still its own.
    if let Some(id) = child.id().and_then(|id| Pid::from_raw(id as i32)) {
        // It fails only for a child that has just ended.
        let _ = kill_process(id, Signal::TERM);
    }
    if let Ok(status) = timeout(GRACE, child.wait()).await {
        return status;
    }
    child.start_kill()?;
    child.wait().await
}

/// A running child's standard input and output.
pub(crate) struct Child {
    /// Closed when nothing more is to be written.
    input: Option<ChildStdin>,
    output: ChildStdout,
    run: Arc<Run>,
    /// Resolves when the child has ended.
    ended: Pin<Box<dyn Future<Output = Option<String>> + Send>>,
    how: Option<String>,
    patience: Option<Pin<Box<Sleep>>>,
    /// Dropped with the stream, by which the child's keeper knows.
    _in_use: oneshot::Sender<()>,
}

impl fmt::Debug for Child {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Child").field(&self.run).finish()
    }
}

impl Child {
    pub(super) fn new(
        input: ChildStdin,
        output: ChildStdout,
        run: Arc<Run>,
        in_use: oneshot::Sender<()>,
    ) -> Self {
        let mut ended = run.ended.clone();
        let ended = Box::pin(async move {
            let how = ended.wait_for(Option::is_some).await;
            how.ok().and_then(|how| how.clone())
        });
        Self { input: Some(input), output, run, ended, how: None, patience: None, _in_use: in_use }
    }

    /// Ready when the child's end is known, or it has closed its stream and lives on.
    fn poll_over(&mut self, stream_ended: bool, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.how.is_none()
            && let Poll::Ready(how) = self.ended.as_mut().poll(cx)
        {
            self.how = Some(how.unwrap_or_else(|| "the program was killed".to_owned()));
            let run = self.run.clone();
            // It is not to be polled again.
            self.ended = Box::pin(async move { run.ended.borrow().clone() });
        }
        match (&self.how, stream_ended) {
            (Some(_), true) => {}
            (None, false) => return Poll::Pending,
            _ => {
                let patience = self.patience.get_or_insert_with(|| Box::pin(sleep(TOGETHER)));
                ready!(patience.as_mut().poll(cx));
            }
        }
        Poll::Ready(match &self.how {
            Some(how) => Err(io::Error::new(io::ErrorKind::ConnectionAborted, how.clone())),
            None => Ok(()),
        })
    }
}

impl AsyncRead for Child {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        let polled = Pin::new(&mut this.output).poll_read(cx, buf);
        match polled {
            Poll::Ready(Ok(())) if buf.filled().len() > before => {
                this.run.answered();
                Poll::Ready(Ok(()))
            }
            Poll::Ready(_) => this.poll_over(true, cx),
            Poll::Pending => this.poll_over(false, cx),
        }
    }
}

impl AsyncWrite for Child {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[io::IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let Some(input) = &mut this.input else {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        };
        match ready!(Pin::new(input).poll_write_vectored(cx, bytes)) {
            // The child reads no more, most likely because it is no more: that says more than a broken pipe.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                ready!(this.poll_over(true, cx))?;
                Poll::Ready(Err(error))
            }
            written => Poll::Ready(written),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.input = None;
        Poll::Ready(Ok(()))
    }
}
