//! Layers around a call: tower's, fitted to the upper waist by two adapters, and plain async functions.

use std::fmt;
use std::future::{Future, poll_fn};
use std::sync::Arc;
use std::task::{Context, Poll};

use tower_layer::Layer;
use tower_service::Service;

use super::{Call, Invoke, Reply, ReplyFuture};
use crate::status::Status;

/// The bottom of a stack of layers: what answers the calls, as a `tower` service.
#[derive(Clone)]
pub struct Erased(Arc<dyn Invoke>);

impl Erased {
    /// The service that hands its calls to `target`.
    pub fn new(target: Arc<dyn Invoke>) -> Erased {
        Erased(target)
    }
}

impl fmt::Debug for Erased {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Erased")
    }
}

impl Service<Call> for Erased {
    type Response = Reply;
    type Error = Status;
    type Future = ReplyFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, call: Call) -> ReplyFuture {
        self.0.invoke(call)
    }
}

/// The top of a stack of layers: cloned and boxed once per call, however many layers there are.
#[derive(Debug)]
pub struct Stack<S>(S);

impl<S> Stack<S> {
    /// Puts a layered service back on the upper waist.
    pub fn new(service: S) -> Stack<S> {
        Stack(service)
    }
}

impl<S> Invoke for Stack<S>
where
    S: Service<Call, Response = Reply, Error = Status> + Clone + Send + Sync + 'static,
    S::Future: Send,
{
    fn invoke(&self, call: Call) -> ReplyFuture {
        let mut service = self.0.clone();
        Box::pin(async move {
            poll_fn(|cx| service.poll_ready(cx)).await?;
            service.call(call).await
        })
    }
}

/// A layer of an async function: it sees the call before its arguments are decoded, and the reply after.
///
/// ```
/// use polyrpc_core::{Call, Next, Status, from_fn};
///
/// #[derive(Clone)]
/// struct User(String);
///
/// let authenticate = from_fn(|mut call: Call, next: Next| async move {
///     let token = call.context().metadata().get("authorization");
///     let Some(name) = token.and_then(|token| token.strip_prefix("Bearer ")) else {
///         return Err(Status::unauthenticated("no token"));
///     };
///     let user = User(name.to_owned());
///     call.context_mut().insert(user);
///     next.run(call).await
/// });
/// # let _ = authenticate;
/// ```
pub fn from_fn<F, R>(f: F) -> FromFn<F>
where
    F: Fn(Call, Next) -> R,
    R: Future<Output = Result<Reply, Status>> + Send,
{
    FromFn(Arc::new(f))
}

/// The layer that [`from_fn`] makes.
pub struct FromFn<F>(Arc<F>);

impl<F> Clone for FromFn<F> {
    fn clone(&self) -> Self {
        FromFn(self.0.clone())
    }
}

impl<F> fmt::Debug for FromFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FromFn")
    }
}

impl<F, S> Layer<S> for FromFn<F>
where
    S: Service<Call, Response = Reply, Error = Status> + Clone + Send + Sync + 'static,
    S::Future: Send,
{
    type Service = FromFnService<F>;

    fn layer(&self, inner: S) -> FromFnService<F> {
        FromFnService { f: self.0.clone(), next: Next(Arc::new(Stack::new(inner))) }
    }
}

/// The service that [`from_fn`]'s layer makes.
pub struct FromFnService<F> {
    f: Arc<F>,
    next: Next,
}

impl<F> Clone for FromFnService<F> {
    fn clone(&self) -> Self {
        FromFnService { f: self.f.clone(), next: self.next.clone() }
    }
}

impl<F> fmt::Debug for FromFnService<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FromFnService")
    }
}

impl<F, R> Service<Call> for FromFnService<F>
where
    F: Fn(Call, Next) -> R,
    R: Future<Output = Result<Reply, Status>> + Send,
{
    type Response = Reply;
    type Error = Status;
    type Future = R;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Status>> {
        // Readiness belongs to whatever `next` runs, which waits for it itself.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, call: Call) -> R {
        (self.f)(call, self.next.clone())
    }
}

/// The rest of the stack, for a layer made by [`from_fn`].
#[derive(Clone)]
pub struct Next(Arc<dyn Invoke>);

impl Next {
    /// Hands the call on.
    pub async fn run(self, call: Call) -> Result<Reply, Status> {
        self.0.invoke(call).await
    }
}

impl fmt::Debug for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Next")
    }
}
