//! Calling a name.

use std::sync::{Arc, Mutex, PoisonError};

use http::{Request, Response};

use super::served::{Running, Serve, Served};
use super::table::{self, Slot};
use crate::{Body, ClientError, Endpoint};

/// A client of one name.
pub(crate) struct Client {
    endpoint: Endpoint,
    link: Mutex<Option<Link>>,
}

struct Link {
    served: Arc<Served>,
    service: Box<dyn Serve>,
}

impl Client {
    pub(crate) fn new(endpoint: &Endpoint) -> Result<Arc<Self>, ClientError> {
        Ok(Arc::new(Self { endpoint: endpoint.clone(), link: Mutex::default() }))
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    pub(crate) fn ready(&self) -> Result<(), ClientError> {
        self.find().map(drop)
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Result<Response<Body>, ClientError> {
        let (running, call) = match self.begin(request) {
            Ok(begun) => begun,
            Err(request) => {
                let mut slot = self.find()?;
                let served = match slot.wait_for(Option::is_some).await {
                    Ok(served) => served.clone(),
                    Err(_) => None,
                };
                self.connect(served.ok_or_else(|| self.nobody())?);
                self.begin(*request).map_err(|_| self.nobody())?
            }
        };
        running.run(call).await.ok_or_else(|| ClientError::lost("the listener stopped"))
    }

    /// Begins a call on the present link, if there is one.
    #[expect(clippy::type_complexity, reason = "a pair, taken apart at once")]
    fn begin(
        &self,
        request: Request<Body>,
    ) -> Result<(Running, std::pin::Pin<Box<dyn Future<Output = Response<Body>> + Send>>), Box<Request<Body>>>
    {
        let mut link = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        match link.as_mut().and_then(|link| Some((link.served.begin()?, link))) {
            Some((running, link)) => Ok((running, link.service.call(request))),
            None => Err(Box::new(request)),
        }
    }

    fn connect(&self, served: Arc<Served>) {
        let mut link = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        if link.as_ref().is_none_or(|link| link.served.is_stopped()) {
            *link = Some(Link { service: served.connect(), served });
        }
    }

    fn find(&self) -> Result<Slot, ClientError> {
        table::find(self.endpoint.name().unwrap_or_default()).ok_or_else(|| self.nobody())
    }

    fn nobody(&self) -> ClientError {
        ClientError::connect(format!("nobody listens on {}", self.endpoint))
    }
}
