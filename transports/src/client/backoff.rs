//! Pausing after connections that failed.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use tokio::time::Instant;

use super::{ClientConfig, ClientError};

/// How the last attempts to connect went.
#[derive(Default)]
pub(crate) struct Backoff {
    /// Connections that failed one after another.
    failures: i32,
    /// Until when no other is tried, and what the last one failed of.
    pause: Option<(Instant, ClientError)>,
    /// When it was last found out whether the endpoint can be reached.
    known: Option<Instant>,
}

impl Backoff {
    /// Whether another attempt may be made now.
    ///
    /// # Errors
    /// In the pause after a failure, that failure.
    pub(crate) fn check(&self) -> Result<(), ClientError> {
        match &self.pause {
            Some((until, error)) if Instant::now() < *until => Err(error.clone()),
            _ => Ok(()),
        }
    }

    /// Takes note of how an attempt went that began then. One that was made ends the pause; it is
    /// [`good`](Self::good) that ends the series of failures.
    pub(crate) fn learn(&mut self, began: Instant, error: Option<&ClientError>, config: &ClientConfig) {
        match error {
            None => self.pause = None,
            // Connections that were tried together fail together, of one and the same trouble.
            Some(_) if self.known.is_some_and(|known| began < known) => return,
            Some(error) => self.pause_from(Instant::now(), error.clone(), config),
        }
        self.known = Some(Instant::now());
    }

    /// A connection proved to be one.
    pub(crate) fn good(&mut self) {
        self.failures = 0;
    }

    /// Begins the pause after a connection that failed then.
    pub(crate) fn pause_from(&mut self, failed: Instant, error: ClientError, config: &ClientConfig) {
        let pause = pause(self.failures, config);
        self.failures = self.failures.saturating_add(1);
        self.pause = Some((failed + pause, error));
    }
}

/// gRPC's connection backoff: 1.6 times longer each time, give or take a fifth, so that many clients of a server that
/// comes back do not come back together.
fn pause(failures: i32, config: &ClientConfig) -> Duration {
    let most = config.backoff_most.as_secs_f64();
    let plain = (config.backoff_first.as_secs_f64() * 1.6_f64.powi(failures.min(100))).min(most);
    let random = RandomState::new().hash_one(failures) as f64 / u64::MAX as f64;
    Duration::from_secs_f64(plain * (0.8 + 0.4 * random))
}
