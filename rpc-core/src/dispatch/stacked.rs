//! A stack of layers, as a server and a channel apply it.

use std::fmt;
use std::sync::Arc;

use tokio::time::{Instant, timeout_at};
use tower_layer::{Identity, Layer};
use tower_service::Service;

use super::{Call, Erased, Invoke, Reply, ReplyFuture, Stack};
use crate::status::Status;

/// Layers to put around whatever answers calls. Without layers nothing is put around it.
pub trait CallLayers {
    /// Puts the layers around `target`.
    fn wrap(&self, target: Arc<dyn Invoke>) -> Arc<dyn Invoke>;
}

impl CallLayers for Identity {
    fn wrap(&self, target: Arc<dyn Invoke>) -> Arc<dyn Invoke> {
        target
    }
}

impl<I, O> CallLayers for tower_layer::Stack<I, O>
where
    Self: Layer<Erased>,
    <Self as Layer<Erased>>::Service:
        Service<Call, Response = Reply, Error = Status> + Clone + Send + Sync + 'static,
    <<Self as Layer<Erased>>::Service as Service<Call>>::Future: Send,
{
    fn wrap(&self, target: Arc<dyn Invoke>) -> Arc<dyn Invoke> {
        Arc::new(Stack::new(self.layer(Erased::new(target))))
    }
}

/// One stack of layers around several targets: a layer that counts or limits calls has all of them before it.
pub(crate) struct Layered(Option<Arc<dyn Invoke>>);

impl Layered {
    pub(crate) fn new(layers: &impl CallLayers) -> Layered {
        let inner: Arc<dyn Invoke> = Arc::new(Innermost);
        let stack = layers.wrap(inner.clone());
        // No layers, no detour.
        Layered((!Arc::ptr_eq(&inner, &stack)).then_some(stack))
    }

    /// What hands its calls to `target` through the layers.
    pub(crate) fn around(&self, target: Arc<dyn Invoke>) -> Arc<dyn Invoke> {
        match self.0.clone() {
            Some(stack) => Arc::new(Outermost { stack, target }),
            None => target,
        }
    }
}

/// Before the first layer: it says where the call goes.
struct Outermost {
    stack: Arc<dyn Invoke>,
    target: Arc<dyn Invoke>,
}

impl Invoke for Outermost {
    fn invoke(&self, call: Call) -> ReplyFuture {
        self.stack.invoke(call.bound_for(self.target.clone()))
    }
}

/// Where a call goes behind the layers, and the deadline that it came to them with.
#[derive(Clone)]
pub(super) struct Bound {
    pub(super) target: Arc<dyn Invoke>,
    pub(super) deadline: Option<Instant>,
}

impl fmt::Debug for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bound").field("deadline", &self.deadline).finish_non_exhaustive()
    }
}

/// Behind the last layer: it holds the call to the deadline that a layer has brought forward.
struct Innermost;

impl Invoke for Innermost {
    fn invoke(&self, mut call: Call) -> ReplyFuture {
        let Some(Bound { target, deadline }) = call.take_bound() else {
            let status = Status::internal("the layers hand on a call that did not come through them");
            return Box::pin(std::future::ready(Err(status)));
        };
        match call.context().deadline().filter(|_| call.context().deadline() != deadline) {
            None => target.invoke(call),
            Some(at) => Box::pin(async move {
                match timeout_at(at, target.invoke(call)).await {
                    Ok(result) => result.map(|reply| reply.before(at)),
                    Err(_) => Err(Status::deadline_exceeded("the deadline that a layer set has passed")),
                }
            }),
        }
    }
}
