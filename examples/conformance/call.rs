//! `conformance call`: JSON in, our generated client, JSON out.
//!
//! The clients implement the traits of the services, so that they are served within the process, and called there by
//! a JSON-RPC request: what turns JSON into arguments and results into JSON is the framework itself.

use std::collections::BTreeMap;
use std::fmt;

use http::header::CONTENT_TYPE;
use polyrpc::{Body, Channel, Code, Server, Status};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::services;
use crate::services::types::EchoError;

/// Why a call failed, as one line of JSON.
#[derive(Debug)]
pub(crate) struct Failure(Value);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Failure {
    pub(crate) fn new(code: Code, message: impl fmt::Display) -> Failure {
        Failure::with_details(code, message, json!([]))
    }

    fn with_details(code: Code, message: impl fmt::Display, details: Value) -> Failure {
        Failure(json!({"code": code.name(), "message": message.to_string(), "details": details}))
    }

    /// The failure that an error object tells of: ours have the code's name, but for the framework's own cases.
    fn of_error(error: &Value) -> Failure {
        let data = &error["data"];
        let code = data["code"].as_str().unwrap_or_else(|| match error["code"].as_i64() {
            Some(-32602) => Code::InvalidArgument.name(),
            Some(-32601) => Code::Unimplemented.name(),
            _ => Code::Internal.name(),
        });
        let details = if data["details"].is_array() { data["details"].clone() } else { json!([]) };
        Failure(json!({"code": code, "message": error["message"], "details": details}))
    }
}

impl From<Status> for Failure {
    fn from(status: Status) -> Failure {
        Failure::new(status.code(), status.message())
    }
}

impl From<EchoError> for Failure {
    fn from(error: EchoError) -> Failure {
        let details = match &error {
            EchoError::Typed { id } => json!([{
                "type": "polyrpc.conformance.v1.EchoError",
                "value": {"Typed": {"id": id}},
            }]),
            EchoError::Status(_) => json!([]),
        };
        let status = Status::from(error);
        Failure::with_details(status.code(), status.message(), details)
    }
}

/// Calls one method, by any of its names, and gives the result as compact JSON.
pub(crate) async fn call(endpoint: &str, method: &str, params: &str) -> Result<String, Failure> {
    let refused =
        |error: serde_json::Error| Failure::new(Code::InvalidArgument, format!("the params: {error}"));
    let params: Box<RawValue> = serde_json::from_str(params).map_err(refused)?;
    let method = Value::from(method);
    let body = format!("{{\"jsonrpc\":\"2.0\",\"method\":{method},\"params\":{params},\"id\":1}}");
    let channel = Channel::connect(endpoint).await?;
    let result = within_the_process(&channel, body).await?;
    // A one-way call has failed if its answer says so, though nobody waited for that.
    channel.drain().await?;
    Ok(result)
}

async fn within_the_process(channel: &Channel, body: String) -> Result<String, Failure> {
    let internal = |error: &dyn fmt::Display| Failure::new(Code::Internal, error);
    let server: Server = services::bridge(Server::new(), channel);
    let server = server.into_service().map_err(|error| internal(&error))?;
    let mut request = http::Request::post("/");
    request = request.header(CONTENT_TYPE, "application/json");
    let request = request.body(Body::from(body)).map_err(|error| internal(&error))?;
    let Ok(response) = server.oneshot(request).await;
    let body = response.into_body().collect(usize::MAX).await.map_err(|error| internal(&error))?;
    // The result stays as it was written.
    let response: BTreeMap<&str, &RawValue> =
        serde_json::from_slice(&body.data).map_err(|error| internal(&error))?;
    match (response.get("result"), response.get("error")) {
        (Some(result), None) => Ok(result.get().to_owned()),
        (_, error) => {
            let error = error.and_then(|error| serde_json::from_str(error.get()).ok());
            Err(Failure::of_error(&error.unwrap_or_default()))
        }
    }
}
