//! curl at the edges of TLS: whom it believes, whom we believe, and who speaks something else.

use std::path::Path;
use std::time::Duration;

use polyrpc_test_support::{Certificates, Conformance, Finished, Peers, finish, scratch};

use crate::{Outcome, Suite};

const WITHIN: Duration = Duration::from_secs(20);
const CALL: &str = r#"{"jsonrpc":"2.0","method":"echo.sum","params":[40,2],"id":1}"#;

pub(crate) fn suites() -> Vec<Suite> {
    vec![Suite::new("tls curl", edges)]
}

fn edges() -> Outcome {
    // It says so where there is no curl.
    Peers::curl()?;
    let folder = scratch("curl");
    let outcome = calls(&folder);
    std::fs::remove_dir_all(&folder).map_err(|error| error.to_string())?;
    outcome
}

fn calls(folder: &Path) -> Outcome {
    let authority = Certificates::new();
    let endpoint = authority.endpoint(folder);
    authority.sign(&["billing.internal"]).write(folder, "client");
    Certificates::new().sign(&["billing.internal"]).write(folder, "stranger");
    let there = folder.display();
    let mutual = format!("{endpoint}&client_ca={there}/ca.pem");
    let server = Conformance::get()?.serve(&[&endpoint, &mutual, "tcp://127.0.0.1:0"])?;
    let port = |index: usize| {
        let address = server.endpoints()[index].split('?').next().and_then(|url| url.rsplit(':').next());
        address.unwrap_or_default().to_owned()
    };
    let (open, mutual, plain) = (port(0), port(1), port(2));
    let trust = format!("--cacert {there}/ca.pem");
    let known = format!("{trust} --cert {there}/client.pem --key {there}/client.key");
    let stranger = format!("{trust} --cert {there}/stranger.pem --key {there}/stranger.key");
    for (name, options, url, wanted) in [
        ("TLS 1.3", format!("{trust} --tlsv1.3"), format!("https://127.0.0.1:{open}"), Ok("42")),
        ("TLS 1.2", format!("{trust} --tls-max 1.2"), format!("https://127.0.0.1:{open}"), Ok("42")),
        ("by name", trust.clone(), format!("https://localhost:{open}"), Ok("42")),
        ("no ALPN", format!("{trust} --no-alpn"), format!("https://127.0.0.1:{open}"), Ok("42")),
        ("TLS 1.1", format!("{trust} --tls-max 1.1"), format!("https://127.0.0.1:{open}"), Err(&[35][..])),
        ("nobody is trusted", String::new(), format!("https://127.0.0.1:{open}"), Err(&[60])),
        (
            "another name",
            format!("{trust} --resolve else.example:{open}:127.0.0.1"),
            format!("https://else.example:{open}"),
            Err(&[60]),
        ),
        ("a known client", known, format!("https://127.0.0.1:{mutual}"), Ok("42")),
        ("no certificate", trust.clone(), format!("https://127.0.0.1:{mutual}"), Err(&[35, 55, 56])),
        ("a stranger's certificate", stranger, format!("https://127.0.0.1:{mutual}"), Err(&[35, 55, 56])),
        ("plain HTTP to TLS", String::new(), format!("http://127.0.0.1:{open}"), Ok("https://")),
        ("TLS to plain HTTP", trust.clone(), format!("https://127.0.0.1:{plain}"), Err(&[35])),
        ("afterwards", trust.clone(), format!("https://127.0.0.1:{open}"), Ok("42")),
    ] {
        let done = curl(&options, &url)?;
        let fits = match wanted {
            Ok(text) => done.success && done.stdout.contains(text),
            Err(codes) => {
                !done.success && codes.iter().any(|code| done.stderr.contains(&format!("curl: ({code})")))
            }
        };
        if !fits {
            return Err(format!("{name}: {wanted:?} was expected, not {done:?}").into());
        }
    }
    Ok(())
}

fn curl(options: &str, url: &str) -> Result<Finished, String> {
    let mut curl = std::process::Command::new("curl");
    curl.args(["-sS", "-m", "10", "-H", "content-type: application/json", "-d", CALL]);
    curl.args(options.split_whitespace()).arg(url);
    finish(curl, WITHIN)
}
