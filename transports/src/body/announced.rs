//! A body that tells when it is on its way.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use super::Body;

/// Bytes whose sender is told when a transport has taken them. What [`Body::Announced`] holds.
#[derive(Clone)]
pub struct Announced {
    data: Bytes,
    taken: Arc<dyn Fn() + Send + Sync>,
}

impl Body {
    /// Bytes, and what to call when a transport has taken them: who sends something that nobody answers waits for no
    /// more than that. It is called again when the transport sends the body a second time.
    ///
    /// ```
    /// # use polyrpc_transports::Body;
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let (tell, told) = std::sync::mpsc::channel();
    /// let body = Body::announced("hello", move || tell.send(()).unwrap());
    /// assert!(told.try_recv().is_err());
    /// assert_eq!(body.collect(5).await.unwrap().data, "hello");
    /// assert!(told.try_recv().is_ok());
    /// # }
    /// ```
    pub fn announced(data: impl Into<Bytes>, taken: impl Fn() + Send + Sync + 'static) -> Self {
        Self::Announced(Box::new(Announced { data: data.into(), taken: Arc::new(taken) }))
    }
}

impl Announced {
    pub(super) fn len(&self) -> usize {
        self.data.len()
    }

    /// The bytes are taken.
    pub(crate) fn take(self) -> Bytes {
        (self.taken)();
        self.data
    }
}

impl fmt::Debug for Announced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Announced").field("len", &self.data.len()).finish_non_exhaustive()
    }
}
