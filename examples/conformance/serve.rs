//! `conformance serve`.

use std::collections::BTreeMap;
use std::io::Write;

use polyrpc::{Endpoint, Server, shutdown_signal};
use serde::Deserialize;

use crate::services;

/// What endpoints need beside their URLs, as TOML:
///
/// ```toml
/// [endpoints."unix:/run/shop.sock"]
/// mode = "0660"
/// ```
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    /// Options of endpoints, by the endpoint as it stands on the command line.
    #[serde(default)]
    endpoints: BTreeMap<String, BTreeMap<String, String>>,
}

/// Serves everything until the process is asked to end.
pub(crate) async fn serve(endpoints: &[String], config: Option<&str>) -> Result<(), String> {
    let config = config.map_or_else(|| Ok(Config::default()), read)?;
    if let Some(stranger) = config.endpoints.keys().find(|name| !endpoints.contains(name)) {
        return Err(format!("the configuration is for {stranger}, which is not served"));
    }
    let mut server: Server = services::serve(Server::new());
    for endpoint in endpoints {
        server = server.listen(with_options(endpoint, config.endpoints.get(endpoint)));
    }
    // The signals are caught before anybody can know that we listen.
    let stop = tokio::spawn(shutdown_signal());
    let bound = server.bind().await.map_err(|error| error.to_string())?;
    for (spelled, real) in endpoints.iter().zip(bound.endpoints()) {
        println!("listening {}", with_port(spelled, real));
    }
    std::io::stdout().flush().map_err(|error| error.to_string())?;
    bound.run_until(async { drop(stop.await) }).await;
    Ok(())
}

fn read(file: &str) -> Result<Config, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    toml::from_str(&text).map_err(|error| format!("{file}: {error}"))
}

fn with_options(endpoint: &str, options: Option<&BTreeMap<String, String>>) -> String {
    let mut url = endpoint.to_owned();
    for (name, value) in options.into_iter().flatten() {
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(&format!("{name}={value}"));
    }
    url
}

/// The endpoint as it was given, but for the port that the system chose.
fn with_port(spelled: &str, real: &Endpoint) -> String {
    let chosen = spelled.parse().ok().filter(|given: &Endpoint| given.port() == Some(0));
    match chosen.and(real.port()) {
        Some(port) => spelled.replacen(":0", &format!(":{port}"), 1),
        None => spelled.to_owned(),
    }
}
