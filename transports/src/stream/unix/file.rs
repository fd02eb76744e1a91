//! The socket's file: made exclusively, never open to others before its mode is set.

use std::fs::{self, DirBuilder, Permissions};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixStream};

use crate::Endpoint;

/// A socket's file, removed when it is dropped, if it is still the one that was made.
#[derive(Debug)]
pub(crate) struct File {
    path: PathBuf,
    id: (u64, u64),
}

impl Drop for File {
    fn drop(&mut self) {
        if fs::symlink_metadata(&self.path).is_ok_and(|found| id(&found) == self.id) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn id(found: &fs::Metadata) -> (u64, u64) {
    (found.dev(), found.ino())
}

/// A directory that only we may enter, removed when it is dropped.
struct Private(PathBuf);

impl Private {
    fn beside(path: &Path) -> io::Result<Self> {
        let random = RandomState::new().hash_one(std::process::id()) as u32;
        let directory = path.with_file_name(format!(".{random:08x}"));
        DirBuilder::new().mode(0o700).create(&directory)?;
        Ok(Self(directory))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Binds a file in it. Its path may be too long for a socket's address where that of the name itself is not; then
    /// it is reached by the directory's descriptor.
    fn bind(&self, file: &Path) -> io::Result<UnixListener> {
        match UnixListener::bind(file) {
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
                let directory = fs::File::open(&self.0)?;
                UnixListener::bind(format!("/proc/self/fd/{}/s", directory.as_raw_fd()))
            }
            result => result,
        }
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Binds in a private directory, sets the mode, and only then gives the socket its name: nobody else can connect
/// in between, and a name that exists is never taken over by accident.
pub(super) async fn bind(path: &Path, mode: u32) -> io::Result<(UnixListener, Option<File>)> {
    let private = Private::beside(path)?;
    let made = private.file("s");
    let listener = private.bind(&made)?;
    fs::set_permissions(&made, Permissions::from_mode(mode))?;
    if let Err(error) = fs::hard_link(&made, path) {
        if error.kind() != io::ErrorKind::AlreadyExists {
            return Err(error);
        }
        remove_stale(path, &private).await?;
        fs::hard_link(&made, path)?;
    }
    let file = File { path: std::path::absolute(path)?, id: id(&fs::symlink_metadata(&made)?) };
    Ok((listener, Some(file)))
}

/// The mode of the file: for us alone, unless it is given, or users are listed, which says who may connect.
pub(super) fn mode(endpoint: &Endpoint) -> io::Result<u32> {
    match endpoint.option("mode").map(|text| u32::from_str_radix(text, 8)) {
        None if endpoint.option("allow_uid").is_some() => Ok(0o666),
        None => Ok(0o600),
        Some(Ok(mode)) if mode <= 0o777 => Ok(mode),
        Some(_) => Err(io::Error::new(io::ErrorKind::InvalidInput, "mode must be octal, as in 660")),
    }
}

/// Removes a socket of ours that nobody listens on any more.
async fn remove_stale(path: &Path, private: &Private) -> io::Result<()> {
    let refuse = |text: &str| Err(io::Error::new(io::ErrorKind::AddrInUse, text.to_owned()));
    let found = fs::symlink_metadata(path)?;
    if !found.file_type().is_socket() {
        return refuse("a file that is no socket has that name");
    }
    if found.uid() != fs::symlink_metadata(&private.0)?.uid() {
        return refuse("a socket of another user has that name");
    }
    match UnixStream::connect(path).await {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {}
        _ => return refuse("somebody listens there"),
    }
    // Between the look and the removal another listener may have taken the name: what is moved away must be what
    // was looked at, or it is put back.
    let moved = private.file("o");
    fs::rename(path, &moved)?;
    if id(&fs::symlink_metadata(&moved)?) != id(&found) {
        fs::hard_link(&moved, path)?;
        return refuse("somebody began to listen there");
    }
    Ok(())
}
