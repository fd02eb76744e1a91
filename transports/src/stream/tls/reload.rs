//! Certificates that are read again when their files change.

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use super::settings::Settings;

/// How often the files are looked at, at most: each handshake would be too often.
const EVERY: Duration = Duration::from_secs(1);

/// By what a file is known to have changed.
type Stamp = Option<(SystemTime, u64)>;

/// What is made of an endpoint's certificates, made anew when their files have changed.
///
/// The files are looked at when a connection is made, at most once a second: no task, no watch that could be lost, and
/// a symbolic link that is turned to a new folder is seen too. What cannot be made (a certificate whose key is not there
/// yet) leaves the old one in use, and is tried again.
pub(super) struct Reloaded<T> {
    settings: Settings,
    make: fn(&Settings) -> io::Result<T>,
    state: Mutex<State<T>>,
}

struct State<T> {
    made: Arc<T>,
    stamps: Vec<Stamp>,
    looked: Instant,
}

impl<T> Reloaded<T> {
    pub(super) fn new(settings: Settings, make: fn(&Settings) -> io::Result<T>) -> io::Result<Self> {
        let stamps = stamps(&settings);
        let made = Arc::new(make(&settings)?);
        let state = Mutex::new(State { made, stamps, looked: Instant::now() });
        Ok(Self { settings, make, state })
    }

    /// What is to be used now.
    pub(super) fn get(&self) -> Arc<T> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.looked.elapsed() >= EVERY {
            state.looked = Instant::now();
            // The stamps are taken first, so that a change during the reading is seen the next time.
            let stamps = stamps(&self.settings);
            if stamps != state.stamps {
                match (self.make)(&self.settings) {
                    Ok(made) => (state.made, state.stamps) = (Arc::new(made), stamps),
                    Err(error) => {
                        tracing::warn!(%error, "changed certificates cannot be used: the old ones are")
                    }
                }
            }
        }
        state.made.clone()
    }
}

impl<T> fmt::Debug for Reloaded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.settings.files()).finish()
    }
}

fn stamps(settings: &Settings) -> Vec<Stamp> {
    settings.files().map(stamp).collect()
}

fn stamp(file: &Path) -> Stamp {
    let found = fs::metadata(file).ok()?;
    Some((found.modified().ok()?, identity(&found)))
}

/// Two files of one time are told apart by this.
#[cfg(unix)]
fn identity(found: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(found)
}

#[cfg(not(unix))]
fn identity(found: &fs::Metadata) -> u64 {
    found.len()
}
