//! Users of this system, of whom an endpoint lists those that may be at the other end.

use std::io;

use crate::Endpoint;

/// Who could read and write anything of this process's anyway.
pub(crate) const ROOT: u32 = 0;

/// The users that may be at the other end.
#[derive(Debug)]
pub(crate) enum Users {
    /// Whoever could come so far.
    Any,
    /// Those with one of these effective user ids.
    These(Vec<u32>),
}

/// Nobody.
impl Default for Users {
    fn default() -> Self {
        Self::These(Vec::new())
    }
}

impl Users {
    /// Nobody but this one.
    pub(crate) fn only(user: u32) -> Self {
        Self::These(vec![user])
    }

    /// The users that the endpoint lists, if it does.
    pub(crate) fn listed(endpoint: &Endpoint) -> io::Result<Option<Self>> {
        let Some(text) = endpoint.option("allow_uid") else { return Ok(None) };
        if text == "any" {
            return Ok(Some(Self::Any));
        }
        match text.split(',').map(str::parse).collect() {
            Ok(users) => Ok(Some(Self::These(users))),
            Err(_) => Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "allow_uid must be user ids with commas between them, as in 1000,0, or the word any",
            )),
        }
    }

    /// Those, and this one.
    pub(crate) fn and(mut self, user: u32) -> Self {
        if let Self::These(users) = &mut self {
            users.push(user);
        }
        self
    }

    /// Whether a user is among them.
    pub(crate) fn allow(&self, user: u32) -> bool {
        match self {
            Self::Any => true,
            Self::These(users) => users.contains(&user),
        }
    }
}
