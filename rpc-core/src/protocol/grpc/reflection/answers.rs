//! The stream: one answer for each request, as it arrives.

use std::collections::HashSet;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::HeaderMap;
use http_body::Frame;
use polyrpc_transports::Body;
use tokio::time::{Instant, Sleep, sleep_until};

use super::index::Index;
use super::response;
use crate::protocol::grpc::frame::{self, Deframer};
use crate::protocol::grpc::status;
use crate::status::{Code, Status};

/// The body of the reply. It reads no request before the answer to the one before was taken, so that a client that
/// does not read keeps nothing here.
pub(super) struct Answers {
    index: Arc<Index>,
    requests: Body,
    deframer: Deframer,
    deadline: Option<Pin<Box<Sleep>>>,
    /// The files that the client has.
    sent: HashSet<String>,
    /// What goes beside the status at the end.
    trailers: HeaderMap,
    ended: bool,
}

impl Answers {
    pub(super) fn new(
        index: Arc<Index>,
        requests: Body,
        deframer: Deframer,
        deadline: Option<Instant>,
        trailers: HeaderMap,
    ) -> Answers {
        let deadline = deadline.map(|deadline| Box::pin(sleep_until(deadline)));
        Answers { index, requests, deframer, deadline, sent: HashSet::new(), trailers, ended: false }
    }

    /// The next answer; none once there are no more requests.
    fn poll_answer(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Status>> {
        if self.deadline.as_mut().is_some_and(|deadline| deadline.as_mut().poll(cx).is_ready()) {
            return Poll::Ready(Err(Status::deadline_exceeded("the deadline passed")));
        }
        loop {
            if let Some(request) = self.deframer.next()? {
                return Poll::Ready(self.answer(&request).map(Some));
            }
            match ready!(http_body::Body::poll_frame(Pin::new(&mut self.requests), cx)) {
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        self.deframer.push(data);
                    }
                }
                Some(Err(error)) => {
                    return Poll::Ready(Err(Status::cancelled(format!("the requests broke off: {error}"))));
                }
                None if self.deframer.is_torn() => {
                    return Poll::Ready(Err(Status::internal("the requests end inside a message")));
                }
                None => return Poll::Ready(Ok(None)),
            }
        }
    }

    fn answer(&mut self, request: &[u8]) -> Result<Bytes, Status> {
        let mut out = Vec::new();
        frame::open(&mut out);
        response::write(&self.index, request, &mut self.sent, &mut out)?;
        frame::close(&mut out, 0, false)?;
        Ok(out.into())
    }
}

impl http_body::Body for Answers {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let answer = match ready!(self.poll_answer(cx)) {
            Ok(Some(answer)) => return Poll::Ready(Some(Ok(Frame::data(answer)))),
            Ok(None) => Ok(()),
            Err(status) => Err(status),
        };
        let mut trailers = std::mem::take(&mut self.trailers);
        match answer {
            Ok(()) => drop(trailers.insert(status::GRPC_STATUS, status::number(Code::Ok))),
            Err(status) => status::write(&status, &mut trailers),
        }
        self.ended = true;
        Poll::Ready(Some(Ok(Frame::trailers(trailers))))
    }

    fn is_end_stream(&self) -> bool {
        self.ended
    }
}
