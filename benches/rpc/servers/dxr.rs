//! dxr's server on axum.

use ::dxr::{Fault, TryFromParams, TryToValue, Value};
use dxr_server::axum::serve::ListenerExt;
use dxr_server::{HandlerFn, HandlerResult, RouteBuilder, Server};
use http::HeaderMap;
use tokio::net::TcpListener;

use crate::model::dxr::Order;

pub(super) async fn serve(listener: TcpListener) {
    let route = RouteBuilder::new()
        .add_method("bench.small", Box::new(small as HandlerFn))
        .add_method("bench.order", Box::new(order as HandlerFn))
        .add_method("bench.blob", Box::new(blob as HandlerFn))
        .build();
    // The other servers set TCP_NODELAY by themselves; without it a large answer waits for an acknowledgement.
    let listener = listener.tap_io(|socket| socket.set_nodelay(true).expect("the socket is TCP"));
    Server::from_route(route).serve_listener(listener).await.expect("dxr serves");
}

fn small(params: &[Value], _: HeaderMap) -> HandlerResult {
    let (a, b): (i32, i32) = TryFromParams::try_from_params(params)?;
    (a + b).try_to_value().map_err(Fault::from)
}

fn order(params: &[Value], _: HeaderMap) -> HandlerResult {
    let (order,): (Order,) = TryFromParams::try_from_params(params)?;
    order.try_to_value().map_err(Fault::from)
}

fn blob(params: &[Value], _: HeaderMap) -> HandlerResult {
    let (data,): (Vec<u8>,) = TryFromParams::try_from_params(params)?;
    data.try_to_value().map_err(Fault::from)
}
