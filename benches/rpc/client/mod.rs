//! The clients that load a server: one for each version of HTTP, as bare as can be, and the same for every server.

mod http1;
mod http2;

use std::io;

use bytes::Bytes;

use crate::workload::{Protocol, Workload};

/// One caller, which makes one call at a time. Many of them are the calls in flight.
pub(crate) enum Caller {
    Http1(http1::Caller),
    Http2(http2::Caller),
}

impl Caller {
    /// So many callers of one method. Over HTTP/2 they share a connection, over HTTP/1 each has one.
    pub(crate) async fn connect(
        address: &str,
        protocol: Protocol,
        workload: Workload,
        count: usize,
    ) -> io::Result<Vec<Caller>> {
        let request = workload.request(protocol);
        if protocol == Protocol::Grpc {
            let caller = http2::Caller::connect(address, workload.path(), request).await?;
            return Ok((0..count).map(|_| Caller::Http2(caller.clone())).collect());
        }
        let mut callers = Vec::with_capacity(count);
        for _ in 0..count {
            callers.push(Caller::Http1(http1::Caller::connect(address, protocol, &request).await?));
        }
        Ok(callers)
    }

    /// Makes the call, and says how long the answer was.
    pub(crate) async fn call(&mut self) -> io::Result<usize> {
        match self {
            Caller::Http1(caller) => caller.call().await,
            Caller::Http2(caller) => caller.call(|_| {}).await,
        }
    }

    /// Makes the call, and returns the answer.
    pub(crate) async fn ask(&mut self) -> io::Result<Bytes> {
        match self {
            Caller::Http1(caller) => caller.ask().await,
            Caller::Http2(caller) => {
                let mut body = Vec::new();
                caller.call(|data| body.extend_from_slice(data)).await?;
                Ok(body.into())
            }
        }
    }
}
