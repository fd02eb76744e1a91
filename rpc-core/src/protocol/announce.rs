//! A request body that tells when the transport has taken it: what the caller of a one-way method waits for.

use std::sync::{Mutex, PoisonError};

use polyrpc_transports::Body;
use tokio::sync::oneshot;

/// The same body, but `taken` hears of it when its bytes are handed over.
pub(super) fn announce(body: Body, taken: oneshot::Sender<()>) -> Body {
    match body {
        Body::Full { data, trailers: None } => {
            let taken = Mutex::new(Some(taken));
            Body::announced(data, move || {
                if let Some(taken) = taken.lock().unwrap_or_else(PoisonError::into_inner).take() {
                    // A caller that has gone needs no word of it.
                    let _ = taken.send(());
                }
            })
        }
        // The requests of one-way calls have no other body.
        other => other,
    }
}
