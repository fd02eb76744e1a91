//! Certificates for one test, made when it runs, so that none ever expires.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair, SanType, date_time_ymd,
};

/// An authority, and what it signs.
pub struct Certificates {
    issuer: Issuer<'static, KeyPair>,
    own: Certificate,
}

/// A certificate and its key, as PEM.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The certificate.
    pub chain: String,
    /// Its private key.
    pub key: String,
}

impl Signed {
    /// Writes `NAME.pem` and `NAME.key`.
    pub fn write(&self, folder: &Path, name: &str) {
        write(folder, &format!("{name}.pem"), &self.chain);
        write(folder, &format!("{name}.key"), &self.key);
    }
}

impl Default for Certificates {
    fn default() -> Self {
        Self::new()
    }
}

impl Certificates {
    /// A new authority.
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let mut params = CertificateParams::default();
        // Who signed is found by its name, so that no two may share one.
        let name = format!("authority {} of tests", COUNT.fetch_add(1, Ordering::Relaxed));
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = key();
        let own = params.self_signed(&key).expect("an authority signs itself");
        Self { issuer: Issuer::new(params, key), own }
    }

    /// The authority's own certificate, as PEM.
    pub fn authority(&self) -> String {
        self.own.pem()
    }

    /// A certificate for these names: of hosts, addresses, or URIs.
    pub fn sign(&self, names: &[&str]) -> Signed {
        self.signed(params(names))
    }

    /// One that was valid once.
    pub fn sign_expired(&self, names: &[&str]) -> Signed {
        let mut params = params(names);
        params.not_before = date_time_ymd(2001, 1, 1);
        params.not_after = date_time_ymd(2002, 1, 1);
        self.signed(params)
    }

    fn signed(&self, params: CertificateParams) -> Signed {
        let key = key();
        let certificate = params.signed_by(&key, &self.issuer).expect("the authority signs");
        Signed { chain: certificate.pem(), key: key.serialize_pem() }
    }

    /// Writes `ca.pem`, and `server.pem` with `server.key` for this machine, and gives the endpoint that listens with them
    /// on a free port.
    pub fn endpoint(&self, folder: &Path) -> String {
        write(folder, "ca.pem", &self.authority());
        self.sign(&["localhost", "127.0.0.1"]).write(folder, "server");
        let folder = folder.display();
        format!("tls://127.0.0.1:0?cert={folder}/server.pem&key={folder}/server.key")
    }
}

fn params(names: &[&str]) -> CertificateParams {
    let is_uri = |name: &&str| name.contains("://");
    let (uris, names): (Vec<&str>, Vec<&str>) = names.iter().partition(|name| is_uri(name));
    let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    let mut params = CertificateParams::new(names).expect("the names are in order");
    let uris = uris.into_iter().map(|uri| SanType::URI(uri.try_into().expect("a URI is ASCII")));
    params.subject_alt_names.extend(uris);
    params
}

fn key() -> KeyPair {
    KeyPair::generate().expect("the system has randomness")
}

fn write(folder: &Path, name: &str, text: &str) {
    // By a file of another name, as everybody should: a reader never sees half of it.
    let made = folder.join(format!("{name}.new"));
    fs::write(&made, text).expect("the test's folder can be written");
    fs::rename(made, folder.join(name)).expect("the test's folder can be written");
}
