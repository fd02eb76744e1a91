//! What is asked, and what has to be answered, as bytes on the wire.
//!
//! Both are written by other libraries than ours, and every server gets the same bytes.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::{BufMut, Bytes};
use prost::Message;
use serde_json::json;

use crate::measure::Options;
use crate::messages;
use crate::model::{self, SMALL};

/// What is measured.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    pub(crate) protocol: Protocol,
    pub(crate) workload: Workload,
    pub(crate) in_flight: usize,
}

/// A wire protocol.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    Grpc,
    JsonRpc,
    XmlRpc,
}

impl Protocol {
    pub(crate) const ALL: [Protocol; 3] = [Protocol::Grpc, Protocol::JsonRpc, Protocol::XmlRpc];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Protocol::Grpc => "grpc",
            Protocol::JsonRpc => "jsonrpc",
            Protocol::XmlRpc => "xmlrpc",
        }
    }

    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Protocol::Grpc => "application/grpc",
            Protocol::JsonRpc => "application/json",
            Protocol::XmlRpc => "text/xml",
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A unary call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Workload {
    /// Two integers, answered by their sum.
    Small,
    /// An order of ten items, about 1 KiB as JSON, answered by itself.
    Order,
    /// 1 MiB of bytes, answered by itself.
    Blob,
}

impl Workload {
    pub(crate) const ALL: [Workload; 3] = [Workload::Small, Workload::Order, Workload::Blob];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Workload::Small => "small",
            Workload::Order => "order",
            Workload::Blob => "blob",
        }
    }

    /// Whether it is to be measured with a protocol.
    pub(crate) fn is_asked_for(self, protocol: Protocol, options: &Options) -> bool {
        options.allows(&Protocol::ALL.map(Protocol::name), protocol.name())
            && options.allows(&Workload::ALL.map(Workload::name), self.name())
    }

    /// The path of a gRPC call.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Workload::Small => "/bench.v1.Bench/Small",
            Workload::Order => "/bench.v1.Bench/Order",
            Workload::Blob => "/bench.v1.Bench/Blob",
        }
    }

    /// The body of a request.
    pub(crate) fn request(self, protocol: Protocol) -> Bytes {
        match protocol {
            Protocol::Grpc => match self {
                Workload::Small => framed(&messages::SmallRequest { a: SMALL.0.into(), b: SMALL.1.into() }),
                Workload::Order => framed(&messages::OrderRequest { order: Some(messages::order()) }),
                Workload::Blob => framed(&messages::Blob { data: blob() }),
            },
            Protocol::JsonRpc => {
                let params = match self {
                    Workload::Small => format!(r#"{{"a":{},"b":{}}}"#, SMALL.0, SMALL.1),
                    Workload::Order => format!(r#"{{"order":{}}}"#, json_text(&model::serde::order())),
                    Workload::Blob => format!(r#"{{"data":"{}"}}"#, BASE64_STANDARD.encode(blob())),
                };
                let name = self.name();
                format!(r#"{{"jsonrpc":"2.0","id":1,"method":"bench.{name}","params":{params}}}"#).into()
            }
            Protocol::XmlRpc => {
                let params = match self {
                    Workload::Small => [SMALL.0, SMALL.1].map(xml_int).map(xml_param).concat(),
                    Workload::Order => xml_param(xml_order()),
                    Workload::Blob => xml_param(xml_blob()),
                };
                let name = self.name();
                let call = format!("<methodName>bench.{name}</methodName><params>{params}</params>");
                format!(r#"<?xml version="1.0"?><methodCall>{call}</methodCall>"#).into()
            }
        }
    }

    /// The body of the answer.
    pub(crate) fn answer(self, protocol: Protocol) -> Bytes {
        match protocol {
            Protocol::Grpc => match self {
                Workload::Small => framed(&messages::SmallResponse { result: (SMALL.0 + SMALL.1).into() }),
                Workload::Order => framed(&messages::order()),
                Workload::Blob => framed(&messages::Blob { data: blob() }),
            },
            Protocol::JsonRpc => {
                let result = match self {
                    Workload::Small => (SMALL.0 + SMALL.1).to_string(),
                    Workload::Order => json_text(&model::serde::order()),
                    Workload::Blob => json!(BASE64_STANDARD.encode(blob())).to_string(),
                };
                format!(r#"{{"jsonrpc":"2.0","id":1,"result":{result}}}"#).into()
            }
            Protocol::XmlRpc => {
                let value = match self {
                    Workload::Small => xml_int(SMALL.0 + SMALL.1),
                    Workload::Order => xml_order(),
                    Workload::Blob => xml_blob(),
                };
                let params = xml_param(value);
                let response = format!("<methodResponse><params>{params}</params></methodResponse>");
                format!(r#"<?xml version="1.0"?>{response}"#).into()
            }
        }
    }

    /// Whether a body means what [`answer`](Self::answer) means.
    pub(crate) fn is_answered(self, protocol: Protocol, body: &[u8]) -> bool {
        let expected = self.answer(protocol);
        match protocol {
            Protocol::Grpc => body == expected,
            Protocol::JsonRpc => json_value(body).is_some_and(|value| Some(value) == json_value(&expected)),
            Protocol::XmlRpc => xml_value(body).is_some_and(|value| Some(value) == xml_value(&expected)),
        }
    }
}

impl fmt::Display for Workload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

fn blob() -> Vec<u8> {
    (0..1_u32 << 20).map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

/// A message behind gRPC's five bytes.
fn framed(message: &impl Message) -> Bytes {
    let mut out = Vec::new();
    out.put_u8(0);
    out.put_u32(message.encoded_len() as u32);
    out.extend(message.encode_to_vec());
    out.into()
}

fn json_text(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("the model is JSON")
}

fn json_value(body: &[u8]) -> Option<serde_json::Value> {
    serde_json::from_slice(body).ok()
}

fn xml_int(value: i32) -> String {
    format!("<value><int>{value}</int></value>")
}

fn xml_param(value: String) -> String {
    format!("<param>{value}</param>")
}

fn xml_blob() -> String {
    format!("<value><base64>{}</base64></value>", BASE64_STANDARD.encode(blob()))
}

fn xml_order() -> String {
    let order = dxr::TryToValue::try_to_value(&model::dxr::order()).expect("the model is XML-RPC");
    order.to_xml().expect("the model is XML-RPC")
}

fn xml_value(body: &[u8]) -> Option<dxr::Value> {
    let response = dxr::MethodResponse::from_xml(std::str::from_utf8(body).ok()?).ok()?;
    Some(response.value)
}
