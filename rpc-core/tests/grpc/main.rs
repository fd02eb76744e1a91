//! gRPC at the wire: a raw HTTP/2 client calls our server, and our client calls a raw HTTP/2 server.

mod client;
mod coalescing;
mod compression;
mod frames;
mod framing;
mod http_manners;
mod loss;
mod metadata;
mod page;
mod small_frames;
mod status;
mod support;
mod timeout;
mod values;
mod web;
