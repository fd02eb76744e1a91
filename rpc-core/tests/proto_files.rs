//! What has no proto files is refused with the names of both sides.

use polyrpc_core::__private::{Describe, Type, TypeRef};
use polyrpc_core::schema::proto::{Label, files};
use polyrpc_core::{MethodSchema, ServiceSchema};
use polyrpc_macros::Message;

mod cart {
    #[derive(super::Message)]
    #[rpc(crate = polyrpc_core)]
    pub(super) struct Item {
        sku: String,
    }
}

mod stock {
    #[derive(super::Message)]
    #[rpc(crate = polyrpc_core)]
    pub(super) struct Item {
        sku: u64,
    }

    /// The same as in the cart, but for these words.
    pub(super) mod alike {
        #[derive(crate::Message)]
        #[rpc(crate = polyrpc_core)]
        pub(crate) struct Item {
            sku: String,
        }
    }
}

#[derive(Message)]
#[rpc(crate = polyrpc_core, package = "a")]
struct Ping {
    pong: Option<Box<Pong>>,
}

#[derive(Message)]
#[rpc(crate = polyrpc_core, package = "b")]
struct Pong {
    ping: Option<Box<Ping>>,
}

#[derive(Message)]
#[rpc(crate = polyrpc_core)]
struct Shop {}

#[derive(Message)]
#[rpc(crate = polyrpc_core)]
enum Foo {
    BarBaz,
}

#[derive(Message)]
#[rpc(crate = polyrpc_core)]
enum FooBar {
    Baz,
}

/// The error of a service `shop.v1.Shop` with a method for each pair of types.
fn refused(methods: &[(TypeRef, TypeRef)]) -> String {
    files(&[service(methods)]).unwrap_err().to_string()
}

fn service(methods: &[(TypeRef, TypeRef)]) -> &'static ServiceSchema {
    const PATHS: [&str; 2] = ["/shop.v1.Shop/One", "/shop.v1.Shop/Two"];
    fn none() -> &'static ServiceSchema {
        const { &ServiceSchema::new("Shop", "shop.v1", "shop.v1.Shop") }
    }
    let methods = methods.iter().zip(PATHS).map(|((request, response), path)| {
        MethodSchema::new(0, "one", path, none).types(*request, *response, <()>::ty).bare()
    });
    let methods: &'static [MethodSchema] = methods.collect::<Vec<_>>().leak();
    Box::leak(Box::new(ServiceSchema::new("Shop", "shop.v1", "shop.v1.Shop").methods(methods)))
}

#[test]
fn two_types_of_one_name_are_refused_unless_they_are_alike() {
    assert_eq!(
        refused(&[(cart::Item::ty, <()>::ty), (<()>::ty, <Vec<stock::Item>>::ty)]),
        "proto_files::cart::Item (named by shop.v1.Shop/One) and proto_files::stock::Item (named by \
         shop.v1.Shop/Two) are different, and both are `shop.v1.Item` in proto: rename one, or give it a package \
         of its own with #[rpc(package = \"…\")]"
    );
    files(&[service(&[(cart::Item::ty, stock::alike::Item::ty)])]).unwrap();
}

#[test]
fn names_that_share_a_scope_are_refused() {
    let error = refused(&[(Foo::ty, FooBar::ty)]);
    assert!(error.contains("`shop.v1.FOO_BAR_BAZ`"), "{error}");
    let error = refused(&[(Shop::ty, <()>::ty)]);
    assert!(
        error.starts_with("a service and a message are different, and both are `shop.v1.Shop`"),
        "{error}"
    );
}

#[test]
fn packages_that_need_each_other_are_refused() {
    let error = refused(&[(Ping::ty, <()>::ty)]);
    assert!(error.starts_with("the packages of a.proto and b.proto need each other"), "{error}");
}

#[test]
fn a_type_without_an_end_is_refused() {
    // The derive makes no such type.
    fn endless() -> &'static Type {
        &Type::List(endless)
    }
    let error = refused(&[(<()>::ty, endless)]);
    assert!(error.starts_with("a type in shop.v1.ShopOneResponse contains itself"), "{error}");
}

#[test]
fn one_type_may_stand_in_two_packages() {
    static OTHER: [MethodSchema; 1] = [MethodSchema::new(0, "one", "/other.Other/One", || &SERVICE).types(
        <()>::ty,
        cart::Item::ty,
        <()>::ty,
    )];
    static SERVICE: ServiceSchema = ServiceSchema::new("Other", "other", "other.Other").methods(&OTHER);
    let files = files(&[service(&[(cart::Item::ty, <Option<cart::Item>>::ty)]), &SERVICE]).unwrap();
    let messages = files.iter().map(|file| {
        let names = file.messages.iter().map(|message| message.name.as_str());
        (file.path.as_str(), names.collect::<Vec<_>>())
    });
    let expected = [
        ("other.proto", vec!["OtherOneRequest", "Item"]),
        ("shop/v1.proto", vec!["Item", "ShopOneResponse"]),
    ];
    assert_eq!(messages.collect::<Vec<_>>(), expected);
    assert_eq!(files[1].messages[1].fields[0].label, Label::Optional);
}
