//! The first minute: one service on one endpoint.

use polyrpc_transports::Endpoint;

use super::page::curl;
use super::{Listen, Server, shutdown_signal};
use crate::dispatch::Dispatch;
use crate::schema::ServiceSchema;
use crate::status::Result;

/// Serves one service on one endpoint until Ctrl-C or SIGTERM, over every protocol. It prints the endpoint and
/// a line to try. On `stdio:` it prints nothing, and ends with its caller.
///
/// # Errors
///
/// `UNAVAILABLE`, when the endpoint means nothing or cannot be listened on.
pub async fn serve(endpoint: impl Into<Listen>, service: impl Dispatch) -> Result<()> {
    let server = Server::new().service(service).listen(endpoint).bind().await?;
    // A child process is called by the one who started it, and need tell nobody.
    for endpoint in server.endpoints().iter().filter(|endpoint| endpoint.transport() != "stdio") {
        println!("serving gRPC, JSON-RPC and XML-RPC on {endpoint}");
        if let Some(line) = try_it(endpoint, server.services()) {
            println!("try: {line}");
        }
    }
    server.run_until(shutdown_signal()).await;
    Ok(())
}

/// A curl line for an endpoint that curl can reach.
fn try_it(endpoint: &Endpoint, services: &[&'static ServiceSchema]) -> Option<String> {
    let method = services.iter().flat_map(|service| service.methods).next()?;
    match endpoint.transport() {
        "tls" => Some(curl(method, &format!("https://{}/", endpoint.authority()))),
        "tcp" => Some(curl(method, &format!("http://{}/", endpoint.authority()))),
        "unix" => {
            let socket = match endpoint.abstract_name() {
                Some(name) => format!("--abstract-unix-socket '{}'", str::from_utf8(name).ok()?),
                None => format!("--unix-socket '{}'", endpoint.file()?.display()),
            };
            Some(curl(method, &format!("{socket} http://localhost/")))
        }
        _ => None,
    }
}
