//! Which context is the current one while a future is polled.

use std::future::Future;
use std::pin::Pin;
use std::task::{self, Poll};

use pin_project_lite::pin_project;

use super::Context;

scoped_tls::scoped_thread_local!(static CURRENT: Context);

/// Calls `f` with the current context, if there is one.
pub(crate) fn with_current<R>(f: impl FnOnce(Option<&Context>) -> R) -> R {
    match CURRENT.is_set() {
        true => CURRENT.with(|cx| f(Some(cx))),
        false => f(None),
    }
}

/// Makes `cx` the current one while `f` runs.
pub(crate) fn enter<R>(cx: &Context, f: impl FnOnce() -> R) -> R {
    CURRENT.set(cx, f)
}

pin_project! {
    /// A future during whose polls a borrowed context is the current one.
    #[doc(hidden)]
    #[derive(Debug)]
    pub struct Scope<'a, F> {
        cx: &'a Context,
        #[pin]
        future: F,
    }
}

impl<'a, F> Scope<'a, F> {
    pub(crate) fn new(cx: &'a Context, future: F) -> Self {
        Scope { cx, future }
    }
}

impl<F: Future> Future for Scope<'_, F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, task: &mut task::Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        enter(this.cx, || this.future.poll(task))
    }
}

pin_project! {
    /// A future that carries a context with it: see [`InContext::in_context`].
    #[derive(Debug)]
    pub struct WithContext<F> {
        cx: Context,
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for WithContext<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, task: &mut task::Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        enter(this.cx, || this.future.poll(task))
    }
}

/// Carries a context into a future that runs elsewhere, for instance in a spawned task.
pub trait InContext: Future + Sized {
    /// Makes `cx` the current context whenever this future is polled.
    ///
    /// ```
    /// use polyrpc_core::{Context, InContext};
    ///
    /// # async fn call_downstream() {}
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let cx = Context::current();
    /// tokio::spawn(async { call_downstream().await }.in_context(cx)).await.unwrap();
    /// # }
    /// ```
    fn in_context(self, cx: Context) -> WithContext<Self> {
        WithContext { cx, future: self }
    }
}

impl<F: Future> InContext for F {}
