//! One connection that all calls share, made when it is first needed, and made anew when it is lost.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::ClientError;

/// A connection, as its calls have it: `C` is cheap to clone.
pub(crate) struct Shared<C> {
    state: Mutex<State<C>>,
}

struct State<C> {
    link: Link<C>,
    /// Counts the connections, so that only the present one is given up.
    generation: u64,
}

enum Link<C> {
    Absent,
    Connecting(Coming<C>),
    Present(Connected<C>),
}

/// A connection, and which one it is.
#[derive(Clone)]
pub(crate) struct Connected<C> {
    pub(crate) connection: C,
    generation: u64,
}

/// Tells of a connection that is being made.
type Coming<C> = watch::Receiver<Option<Result<Connected<C>, ClientError>>>;

impl<C: Clone + Send + Sync + 'static> Shared<C> {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { state: Mutex::new(State { link: Link::Absent, generation: 0 }) })
    }

    /// The present connection, or the next one. `make` makes one, and what drives it to its end.
    pub(crate) async fn get<F, D>(self: &Arc<Self>, make: impl Fn() -> F) -> Result<Connected<C>, ClientError>
    where
        F: Future<Output = Result<(C, D), ClientError>> + Send + 'static,
        D: Future<Output = ()> + Send + 'static,
    {
        // A client outlives the runtimes that use it: one may have ended in the middle of connecting.
        for _ in 0..2 {
            let mut coming = match self.present(&make) {
                Ok(connected) => return Ok(connected),
                Err(coming) => coming,
            };
            match coming.wait_for(Option::is_some).await.map(|result| result.clone()) {
                Ok(Some(result)) => return result,
                _ => self.forget(&coming),
            }
        }
        Err(ClientError::connect("the runtime shut down while connecting"))
    }

    /// The present connection, or where the next one is told.
    fn present<F, D>(self: &Arc<Self>, make: impl Fn() -> F) -> Result<Connected<C>, Coming<C>>
    where
        F: Future<Output = Result<(C, D), ClientError>> + Send + 'static,
        D: Future<Output = ()> + Send + 'static,
    {
        let mut state = self.state();
        match &state.link {
            Link::Present(connected) => Ok(connected.clone()),
            Link::Connecting(coming) => Err(coming.clone()),
            Link::Absent => {
                let (tell, coming) = watch::channel(None);
                state.link = Link::Connecting(coming.clone());
                drop(state);
                // A task of its own, because the call that began to connect may be dropped, and others wait too.
                tokio::spawn(self.clone().connect(make(), tell));
                Err(coming)
            }
        }
    }

    /// Puts away a connection that nobody is making any more.
    fn forget(&self, coming: &Coming<C>) {
        let mut state = self.state();
        if matches!(&state.link, Link::Connecting(other) if other.same_channel(coming)) {
            state.link = Link::Absent;
        }
    }

    async fn connect<D>(
        self: Arc<Self>,
        making: impl Future<Output = Result<(C, D), ClientError>>,
        tell: watch::Sender<Option<Result<Connected<C>, ClientError>>>,
    ) where
        D: Future<Output = ()> + Send + 'static,
    {
        let result = making.await;
        let mut state = self.state();
        let result = result.map(|(connection, driver)| {
            state.generation += 1;
            let (owner, generation) = (Arc::downgrade(&self), state.generation);
            tokio::spawn(async move {
                driver.await;
                if let Some(owner) = owner.upgrade() {
                    owner.give_up_generation(generation);
                }
            });
            Connected { connection, generation }
        });
        state.link = match &result {
            Ok(connected) => Link::Present(connected.clone()),
            Err(_) => Link::Absent,
        };
        drop(state);
        tell.send_replace(Some(result));
    }

    /// Lets the next call make a new connection. Calls on the old one go on.
    pub(crate) fn give_up(&self, connected: &Connected<C>) {
        self.give_up_generation(connected.generation);
    }

    fn give_up_generation(&self, generation: u64) {
        let mut state = self.state();
        if matches!(&state.link, Link::Present(connected) if connected.generation == generation) {
            state.link = Link::Absent;
        }
    }

    fn state(&self) -> MutexGuard<'_, State<C>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
