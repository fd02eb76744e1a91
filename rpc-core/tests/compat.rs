//! Schema snapshots: what breaks peers that know an old one, and what does not.

use std::collections::BTreeMap;

use polyrpc_core::schema::compat::compare;
use polyrpc_core::schema::snapshot::{Content, Method, Shape, Snapshot, Ty};
use polyrpc_core::{Result, Status, assert_compatible};
use polyrpc_macros::{Message, RpcError, service};

#[derive(Message)]
#[rpc(crate = polyrpc_core)]
struct Item {
    sku: String,
    qty: u32,
    #[serde(default)]
    weight: f64,
    colour: Colour,
    note: Option<String>,
}

#[derive(Message)]
#[rpc(crate = polyrpc_core)]
enum Colour {
    Red,
    Green,
}

#[derive(Message)]
#[rpc(crate = polyrpc_core)]
struct Pair(i32, Vec<Item>);

#[derive(Message)]
#[rpc(crate = polyrpc_core)]
enum Shape2 {
    Circle { radius: f64 },
    Label(String),
    Nothing,
}

#[derive(Debug, RpcError)]
#[rpc(crate = polyrpc_core)]
enum ShopError {
    #[rpc(NotFound, "no item {id}")]
    NoItem { id: u64 },
    #[rpc(status)]
    Rpc(Status),
}

#[service(package = "shop.v1", crate = polyrpc_core)]
trait Shop {
    async fn place(&self, item: Item, times: Option<u32>) -> std::result::Result<u64, ShopError>;
    async fn find(&self, colour: Colour) -> Result<Vec<Pair>>;
    async fn shapes(&self, by_name: BTreeMap<String, Shape2>) -> Result<(u8, Shape2)>;
    #[rpc(oneway)]
    async fn ping(&self) -> Result<()>;
}

/// The lines that tell of a change.
fn changes(change: impl FnOnce(&mut Snapshot)) -> Vec<String> {
    let old = Snapshot::of(&[ShopServer::SCHEMA]);
    let mut new = old.clone();
    change(&mut new);
    compare(&old, &new).iter().map(ToString::to_string).collect()
}

fn fields<'a>(snapshot: &'a mut Snapshot, name: &str) -> &'a mut Vec<polyrpc_core::schema::snapshot::Field> {
    match snapshot.types.get_mut(name).unwrap() {
        Shape::Struct { fields, .. } => fields,
        other => panic!("{other:?}"),
    }
}

fn method<'a>(snapshot: &'a mut Snapshot, name: &str) -> &'a mut Method {
    snapshot.services.get_mut("shop.v1.Shop").unwrap().get_mut(name).unwrap()
}

#[test]
fn a_snapshot_is_written_and_read() {
    let snapshot = Snapshot::of(&[ShopServer::SCHEMA]);
    assert_eq!(Snapshot::from_json(&snapshot.to_json()).unwrap(), snapshot);
    for (from, to, place) in [
        ("\"u64\"", "\"list<\"", "shop.v1.Shop/Place: a type is expected as response"),
        ("\"kind\": \"oneway\"", "\"kind\": 1", "shop.v1.Shop/Ping: a string is expected as kind"),
        ("\"number\": 1", "\"number\": 5000000000", "shop.v1.Colour[1]: a number is expected as number"),
        ("\"polyrpc\": 1", "\"polyrpc\": 2", "polyrpc: 1 is expected"),
        ("{", "", "line 2"),
    ] {
        let broken = snapshot.to_json().replacen(from, to, 1);
        let error = Snapshot::from_json(&broken).unwrap_err().to_string();
        assert!(error.contains(place), "{error}");
    }
}

#[test]
fn additions_that_peers_do_not_notice_are_compatible() {
    let nothing: [&str; 0] = [];
    let added = changes(|new| {
        let ping = method(new, "Ping").clone();
        new.services.get_mut("shop.v1.Shop").unwrap().insert("Pong".into(), ping);
        new.services.insert("shop.v1.Other".into(), BTreeMap::new());
        // An argument that is an Option; a variant of an error; an integer that holds more.
        let arguments = fields(new, "shop.v1.ShopPlaceRequest");
        let mut field = arguments[1].clone();
        (field.name, field.text, field.tag) = ("more".into(), "more".into(), 3);
        arguments.push(field);
        arguments[1].ty = Ty::Option(Box::new(Ty::Plain("u64".into())));
        let Some(Shape::Union { variants, .. }) = new.types.get_mut("shop.v1.ShopError") else { panic!() };
        let mut variant = variants[0].clone();
        (variant.name, variant.text, variant.tag) = ("Sold".into(), "Sold".into(), 9);
        variants.push(variant);
        method(new, "Place").response = Ty::Plain("u16".into());
    });
    assert_eq!(added, nothing);
    // What only requests hold may become optional.
    let optional = changes(|new| {
        let fields = fields(new, "shop.v1.ShopFindRequest");
        fields[0].ty = Ty::Option(Box::new(fields[0].ty.clone()));
    });
    assert_eq!(optional, nothing);
}

#[test]
fn changed_fields_are_told_with_what_they_break() {
    assert_eq!(
        changes(|new| {
            let fields = fields(new, "shop.v1.Item");
            fields.swap(0, 1);
            (fields[0].tag, fields[1].tag) = (1, 2);
        }),
        [
            "shop.v1.Item.sku was field 1 and is field 2: #[rpc(tag = 1)] keeps it in its place (breaks grpc)",
            "shop.v1.Item.qty was field 2 and is field 1: #[rpc(tag = 2)] keeps it in its place (breaks grpc)",
        ]
    );
    assert_eq!(
        changes(|new| {
            let fields = fields(new, "shop.v1.Item");
            fields[0].name = "code".into();
            fields[0].text = "code".into();
            fields[1].ty = Ty::Plain("string".into());
            fields.remove(4);
        }),
        [
            "shop.v1.Item.sku was renamed from `sku` to `code` (breaks jsonrpc, xmlrpc)",
            "shop.v1.Item.qty changed its type from u32 to string (breaks grpc, jsonrpc, xmlrpc)",
            "shop.v1.Item.note was removed; its number stays free by #[rpc(reserved(5))] (breaks grpc, jsonrpc, \
             xmlrpc)",
        ]
    );
    // Read and written: an Option is too much for those who read, a default too little for those who are read.
    assert_eq!(
        changes(|new| {
            let fields = fields(new, "shop.v1.Item");
            fields[1].ty = Ty::Option(Box::new(fields[1].ty.clone()));
            fields[2].default = false;
        }),
        [
            "shop.v1.Item.qty changed its type from u32 to option<u32> (breaks grpc, jsonrpc, xmlrpc)",
            "shop.v1.Item.weight must be given now (breaks jsonrpc, xmlrpc)",
        ]
    );
}

#[test]
fn new_fields_break_where_they_must_be_known() {
    let added = |owner: &str, ty: Ty| {
        changes(|new| {
            let fields = fields(new, owner);
            let mut field = fields[0].clone();
            (field.name, field.text, field.tag, field.ty) = ("new".into(), "new".into(), 20, ty);
            fields.push(field);
        })
    };
    let text =
        |owner: &str, breaks: &str| format!("{owner}.new was added, and old peers do not know it ({breaks})");
    let u64 = || Ty::Plain("u64".into());
    let (item, pair) = ("shop.v1.Item", "shop.v1.Pair");
    assert_eq!(added(item, u64()), [text(item, "breaks jsonrpc, xmlrpc")]);
    assert_eq!(added(item, Ty::Named(pair.into())), [text(item, "breaks grpc, jsonrpc, xmlrpc")]);
    assert_eq!(added(item, Ty::Option(Box::new(u64()))), [""; 0]);
    assert_eq!(added(pair, Ty::Option(Box::new(u64()))), [text(pair, "breaks jsonrpc, xmlrpc")]);
}

#[test]
fn positions_count_for_arguments() {
    assert_eq!(
        changes(|new| fields(new, "shop.v1.ShopPlaceRequest").swap(0, 1)),
        [
            "shop.v1.ShopPlaceRequest.item moved from position 1 to 2 (breaks jsonrpc, xmlrpc)",
            "shop.v1.ShopPlaceRequest.times moved from position 2 to 1 (breaks jsonrpc, xmlrpc)",
        ]
    );
    assert_eq!(
        changes(|new| {
            let item = &mut fields(new, "shop.v1.ShopPlaceRequest")[0];
            // The JSON name is read beside it.
            item.text = "thing".into();
        }),
        [""; 0]
    );
    assert_eq!(
        changes(|new| {
            let item = &mut fields(new, "shop.v1.ShopPlaceRequest")[0];
            (item.name, item.text) = ("thing".into(), "thing".into());
        }),
        ["shop.v1.ShopPlaceRequest.item was renamed from `item` to `thing` (breaks jsonrpc)"]
    );
}

#[test]
fn changed_enums_are_told() {
    let changed = changes(|new| {
        let Some(Shape::Enum { values, .. }) = new.types.get_mut("shop.v1.Colour") else { panic!() };
        values[0].text = "RED".into();
        values[1].number = 7;
        let mut blue = values[1].clone();
        (blue.name, blue.text, blue.number) = ("Blue".into(), "Blue".into(), 8);
        values.push(blue);
        let Some(Shape::Union { variants, .. }) = new.types.get_mut("shop.v1.Shape2") else { panic!() };
        variants[0].tag = 4;
        variants[1].content = Content::Empty;
        variants.remove(2);
    });
    let mut expected = [
        "shop.v1.Colour::Red was renamed from `Red` to `RED` (breaks jsonrpc, xmlrpc)",
        "shop.v1.Colour::Green was number 1 and is 7 (breaks grpc)",
        "shop.v1.Colour::Blue was added, and old callers have no variant for others (breaks grpc, jsonrpc, xmlrpc)",
        "shop.v1.Shape2::Circle was field 1 and is field 4: #[rpc(tag = 1)] keeps it in its place (breaks grpc)",
        "shop.v1.Shape2::Label holds something of another kind (breaks grpc, jsonrpc, xmlrpc)",
        "shop.v1.Shape2::Nothing was removed (breaks grpc, jsonrpc, xmlrpc)",
    ];
    let mut changed: Vec<&str> = changed.iter().map(String::as_str).collect();
    changed.sort_unstable();
    expected.sort_unstable();
    assert_eq!(changed, expected);
}

#[test]
fn changed_methods_are_told() {
    let changed = changes(|new| {
        let methods = new.services.get_mut("shop.v1.Shop").unwrap();
        let ping = methods.remove("Ping").unwrap();
        methods.insert("Pong".into(), ping);
        methods.remove("Find");
        let place = method(new, "Place");
        place.xmlrpc = "place".into();
        place.kind = "server streaming".into();
        place.error = None;
        place.response = Ty::Option(Box::new(place.response.clone()));
        method(new, "Shapes").bare = true;
    });
    assert_eq!(
        changed,
        [
            "shop.v1.Shop/Find was removed (breaks grpc, jsonrpc, xmlrpc)",
            "shop.v1.Shop/Ping was renamed to Pong (breaks grpc)",
            "shop.v1.Shop/Place changed its name in XML-RPC from `shop.place` to `place` (breaks xmlrpc)",
            "shop.v1.Shop/Place changed its kind from `unary` to `server streaming` (breaks grpc, jsonrpc, xmlrpc)",
            "the result of shop.v1.Shop/Place changed its type from u64 to option<u64> (breaks grpc, jsonrpc, \
             xmlrpc)",
            "shop.v1.Shop/Place no longer fails with shop.v1.ShopError (breaks grpc, jsonrpc, xmlrpc)",
            "shop.v1.Shop/Shapes is now `bare` (breaks grpc, jsonrpc, xmlrpc)",
        ]
    );
}

/// The shop with two fields of an item in another order.
mod reordered {
    use super::{Colour, Message, Result, service};

    #[derive(Message)]
    #[rpc(crate = polyrpc_core)]
    pub(super) struct Item {
        qty: u32,
        sku: String,
        colour: Colour,
    }

    #[service(package = "list.v1", crate = polyrpc_core)]
    pub(super) trait List {
        async fn add(&self, item: Item) -> Result<()>;
    }
}

mod kept {
    use super::{Colour, Message, Result, service};

    #[derive(Message)]
    #[rpc(crate = polyrpc_core)]
    pub(super) struct Item {
        sku: String,
        qty: u32,
        colour: Colour,
    }

    #[service(package = "list.v1", crate = polyrpc_core)]
    pub(super) trait List {
        async fn add(&self, item: Item) -> Result<()>;
    }
}

#[test]
fn assert_compatible_fails_on_a_reordered_field() {
    assert_compatible!("tests/schema/list.json", kept::ListServer::SCHEMA);
    if std::env::var_os("POLYRPC_UPDATE_SCHEMA").is_some() {
        return;
    }
    let panic = std::panic::catch_unwind(|| {
        assert_compatible!("tests/schema/list.json", reordered::ListServer::SCHEMA);
    });
    let message = *panic.unwrap_err().downcast::<String>().unwrap();
    assert!(message.contains("list.v1.Item.sku was field 1 and is field 2"), "{message}");
    assert!(message.contains("POLYRPC_UPDATE_SCHEMA=1 renews the snapshot"), "{message}");
}
