//! Services that name one type of every kind, in two packages.

#![allow(deprecated, reason = "the schema shows what is deprecated")]

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use polyrpc_core::__private::{Describe, Field, MessageType, Type, UnionType, Variant, VariantShape};
use polyrpc_core::{CallKind, MethodSchema, ServiceSchema};
use polyrpc_macros::{Message, service};
use serde_json::Value;
use uuid::Uuid;

/// A line of an order.
///
/// It has a number of its own.
#[derive(Message)]
#[rpc(crate = polyrpc_core)]
pub(crate) struct Item {
    /// The stock keeping unit.
    sku: String,
    #[deprecated]
    qty: u32,
}

#[derive(Message)]
#[rpc(crate = polyrpc_core)]
pub(crate) struct OrderId(#[allow(dead_code)] u64);

/// What the customer sees.
#[derive(Message)]
#[rpc(crate = polyrpc_core)]
pub(crate) enum Colour {
    /// As a tomato.
    Red,
    #[deprecated]
    Green,
    DarkBlue,
}

#[derive(Message)]
#[rpc(crate = polyrpc_core)]
pub(crate) enum Shape {
    /// All points at one distance.
    Circle {
        radius: f64,
    },
    Label(String),
    Pair(i32, Option<bool>),
    Tags(Vec<String>),
    Choice(Option<Colour>),
    Names(BTreeMap<i64, Item>),
    Whole(Box<Order>),
    Nothing,
}

#[derive(Message)]
#[rpc(crate = polyrpc_core, package = "money.v1")]
pub(crate) struct Money {
    units: i64,
    currency: Currency,
}

/// Belongs to the package of what names it.
#[derive(Message)]
#[rpc(crate = polyrpc_core)]
pub(crate) struct Currency {
    code: [char; 3],
}

/// An order.
#[derive(Message)]
#[rpc(crate = polyrpc_core, reserved(3, 7, 8, 9, "colour"))]
pub(crate) struct Order {
    id: OrderId,
    items: Vec<Item>,
    #[rpc(tag = 20)]
    note: Option<String>,
    inner: Option<Box<Order>>,
    shape: Shape,
    colours: Vec<Colour>,
    raw: Vec<u8>,
    deep: Vec<Vec<Vec<i64>>>,
    by_name: BTreeMap<String, Item>,
    by_flag: BTreeMap<bool, Vec<Option<u16>>>,
    maybe: Option<Vec<Money>>,
    price: Money,
    small: i8,
    half: f32,
    nothing: (),
    nothings: Vec<()>,
}

#[derive(Message)]
#[rpc(crate = polyrpc_core)]
struct OrdersPlaceRequest {
    order: Order,
    priority: Option<u8>,
}

#[derive(Message)]
#[rpc(crate = polyrpc_core)]
struct OrdersCountRequest {}

static ERROR: Type = Type::Union(&UnionType::new(
    "OrderError",
    &[
        Variant::new(
            "NoSuchOrder",
            "NoSuchOrder",
            "no_such_order",
            1,
            VariantShape::Fields(&MessageType::new("NoSuchOrder", &[Field::new("id", 1, u64::ty)])),
        ),
        Variant::new("Empty", "Empty", "empty", 2, VariantShape::Empty(&MessageType::new("Empty", &[]))),
    ],
));

/// Closed at the end of a day.
#[derive(Message)]
#[rpc(crate = polyrpc_core)]
#[deprecated]
pub(crate) struct Ledger {
    at: SystemTime,
    took: Option<Duration>,
    extra: BTreeMap<String, Value>,
    pair: (i32, Vec<Uuid>),
    pairs: Vec<(bool, OrderId)>,
    #[deprecated]
    variant: Shape,
}

fn orders() -> &'static ServiceSchema {
    &ORDERS
}

/// The service of orders.
pub(crate) static ORDERS: ServiceSchema = ServiceSchema::new("Orders", "shop.v1", "shop.v1.Orders")
    .short(Some("orders"))
    .docs("Orders, from placing to delivery.\n\nEach has a number.")
    .methods(&[
        MethodSchema::new(0, "place", "/shop.v1.Orders/Place", orders)
            .types(OrdersPlaceRequest::ty, OrderId::ty, || &ERROR)
            .docs("Places an order and returns its number."),
        MethodSchema::new(1, "find", "/shop.v1.Orders/Find", orders)
            .types(Item::ty, || &Type::Option(Order::ty), || &ERROR)
            .bare()
            .idempotent()
            .deprecated(),
        MethodSchema::new(2, "ping", "/shop.v1.Orders/Ping", orders).kind(CallKind::OneWay),
        MethodSchema::new(3, "watch", "/shop.v1.Orders/Watch", orders)
            .types(OrdersCountRequest::ty, Shape::ty, || &ERROR)
            .kind(CallKind::ServerStreaming),
        MethodSchema::new(4, "matrix", "/shop.v1.Orders/Matrix", orders)
            .types(OrdersCountRequest::ty, || &Type::List(|| &Type::List(f64::ty)), || &Type::Unit)
            .idempotent(),
    ]);

/// A service of another package, with a type that stands in both.
#[service(package = "books", crate = polyrpc_core)]
#[deprecated]
pub(crate) trait Books {
    async fn close(&self, #[rpc(name = "Sheet")] ledger: Ledger, code: &str) -> polyrpc_core::Result<Item>;
    async fn balance(&self, id: Option<OrderId>) -> polyrpc_core::Result<(i64, Duration)>;
}
