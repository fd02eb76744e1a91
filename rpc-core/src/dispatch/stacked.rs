//! A stack of layers, as a server and a channel apply it.

use std::sync::Arc;

use tower_layer::{Identity, Layer};
use tower_service::Service;

use super::{Call, Erased, Invoke, Reply, Stack};
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
