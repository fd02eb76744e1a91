//! What is served: one of everything, in the package `polyrpc.conformance.v1`.

pub(crate) mod echo;
mod examples;
pub(crate) mod types;
mod validator;
mod watch;

use polyrpc::{Channel, Server, ServiceSchema};

use echo::{EchoClient, EchoServer, Echoing};
use examples::{ExamplesClient, ExamplesServer, Specified};
use validator::{Validating, ValidatorClient, ValidatorServer};

/// The schemas of all services.
pub(crate) const SCHEMAS: [&ServiceSchema; 3] =
    [EchoServer::SCHEMA, ExamplesServer::SCHEMA, ValidatorServer::SCHEMA];

/// Serves the implementations.
pub(crate) fn serve(server: Server) -> Server {
    server
        .service(EchoServer::new(Echoing::default()))
        .service(ExamplesServer::new(Specified))
        .service(ValidatorServer::new(Validating))
}

/// Serves clients of the same services, which are somewhere else.
pub(crate) fn bridge(server: Server, channel: &Channel) -> Server {
    server
        .service(EchoServer::new(EchoClient::new(channel.clone())))
        .service(ExamplesServer::new(ExamplesClient::new(channel.clone())))
        .service(ValidatorServer::new(ValidatorClient::new(channel.clone())))
}
