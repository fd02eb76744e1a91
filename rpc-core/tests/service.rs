//! `#[service]`: what it makes of a trait, called within the process and over the network.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use polyrpc_core::schema::{CallKind, Protocol};
use polyrpc_core::{CallExt, Channel, Code, Context, Result, Server, Status};
use polyrpc_macros::{Message, service};
use tokio::sync::Notify;

/// An order.
#[derive(Message, Clone, Debug, PartialEq)]
#[rpc(crate = polyrpc_core)]
struct Order {
    id: u64,
    note: Option<String>,
}

type Aliased<T> = std::result::Result<T, Status>;

/// A shop.
#[service(package = "shop.v1", crate = polyrpc_core)]
trait OrderBook {
    /// Returns the order, one number on.
    #[rpc(idempotent, timeout = "2s", priority = 9, attr(role = "clerk"))]
    async fn place(&self, order: Order) -> Result<Order>;
    async fn join(&self, first: &str, raw: &[u8], times: Option<u32>) -> Aliased<String>;
    #[rpc(name = "tenant.of")]
    async fn tenant(&self, cx: &Context) -> Result<Option<String>>;
    #[deprecated]
    async fn twice(&self, value: i64) -> Result<i64> {
        Ok(2 * value)
    }
    #[rpc(oneway)]
    async fn note(&self, #[rpc(name = "Text")] text: String) -> Result<()>;
    async fn notes(&self) -> Result<Vec<String>>;
    async fn stuck(&self) -> Result<()>;
    #[rpc(bare)]
    async fn same(&self, order: Order) -> Result<u64>;
    async fn fail(&self, code: u32) -> Result<()>;
}

#[derive(Default)]
struct Shop {
    notes: Mutex<Vec<String>>,
    noted: Notify,
}

impl OrderBook for Shop {
    async fn place(&self, order: Order) -> Result<Order> {
        Ok(Order { id: order.id + 1, ..order })
    }

    async fn join(&self, first: &str, raw: &[u8], times: Option<u32>) -> Result<String> {
        Ok(format!("{first}{}", String::from_utf8_lossy(raw)).repeat(times.unwrap_or(1) as usize))
    }

    async fn tenant(&self, cx: &Context) -> Result<Option<String>> {
        cx.reply().header("x-seen", "yes");
        Ok(cx.metadata().get("x-tenant").map(str::to_owned))
    }

    async fn note(&self, text: String) -> Result<()> {
        self.notes.lock().unwrap().push(text);
        self.noted.notify_one();
        Ok(())
    }

    async fn notes(&self) -> Result<Vec<String>> {
        self.noted.notified().await;
        Ok(self.notes.lock().unwrap().clone())
    }

    async fn stuck(&self) -> Result<()> {
        std::future::pending().await
    }

    async fn same(&self, order: Order) -> Result<u64> {
        Ok(order.id)
    }

    async fn fail(&self, code: u32) -> Result<()> {
        Err(Status::new(Code::from_number(code.into()), "no\nway ☃"))
    }
}

/// Everything that a client can see, whatever lies between it and the shop.
async fn behaves(client: &OrderBookClient) {
    let order = Order { id: 6, note: Some("n".into()) };
    assert_eq!(client.place(order.clone()).await.unwrap(), Order { id: 7, note: Some("n".into()) });
    assert_eq!(client.same(order).await.unwrap(), 6);
    assert_eq!(client.join("a☃\"", b"b", Some(2)).await.unwrap(), "a☃\"ba☃\"b");
    assert_eq!(client.join("", b"", None).await.unwrap(), "");
    #[allow(deprecated)]
    let doubled = client.twice(-4).await.unwrap();
    assert_eq!(doubled, -8);
    client.note("one".into()).await.unwrap();
    assert!(client.notes().await.unwrap().contains(&"one".to_owned()));
    let late = client.stuck().within(Duration::from_millis(50)).await.unwrap_err();
    assert_eq!(late.code(), Code::DeadlineExceeded);
    for code in Code::ALL.into_iter().skip(1) {
        let status = client.fail(code.number().into()).await.unwrap_err();
        assert_eq!((status.code(), status.message()), (code, "no\nway ☃"));
    }
}

/// Metadata both ways.
async fn carries_metadata(client: &OrderBookClient) {
    let (tenant, reply) = client.tenant(&Context::current()).header("x-tenant", "7").with_reply().await;
    assert_eq!((tenant.unwrap().as_deref(), reply.headers.get("x-seen")), (Some("7"), Some("yes")));
    assert_eq!(client.tenant(&Context::current()).await.unwrap(), None);
}

#[tokio::test]
async fn a_local_client_behaves() {
    let client = OrderBookClient::local(Shop::default());
    behaves(&client).await;
    carries_metadata(&client).await;
}

#[tokio::test]
async fn an_implementation_that_is_shared_behaves() {
    let shop = Arc::new(Shop::default());
    behaves(&OrderBookClient::local(shop.clone())).await;
    assert_eq!(*shop.notes.lock().unwrap(), ["one"]);
}

#[tokio::test]
async fn a_client_of_a_client_behaves() {
    let client = OrderBookClient::local(OrderBookClient::local(Shop::default()));
    behaves(&client).await;
    // Metadata goes no further than one call, unless the handler sends it on.
    let tenant = client.tenant(&Context::current()).header("x-tenant", "7").await;
    assert_eq!(tenant.unwrap(), None);
}

#[tokio::test]
async fn one_server_behaves_in_every_protocol_on_every_listener() {
    let folder = std::env::temp_dir().join(format!("polyrpc-service-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let server = Server::new()
        .service(OrderBookServer::new(Shop::default()))
        .listen("tcp://127.0.0.1:0")
        .listen(format!("unix:{}", folder.join("s").display()))
        .listen("mem:service-test")
        .bind()
        .await
        .unwrap();
    let endpoints: Vec<String> = server.endpoints().iter().map(ToString::to_string).collect();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(server.run_until(async { drop(stopped.await) }));
    for endpoint in &endpoints {
        for protocol in Protocol::ALL {
            let channel = Channel::connect(format!("{}+{endpoint}", protocol.name())).await.unwrap();
            let client = OrderBookClient::new(channel);
            behaves(&client).await;
            carries_metadata(&client).await;
        }
    }
    drop(stop);
    serving.await.unwrap();
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_schema_has_what_the_trait_says() {
    let schema = OrderBookServer::SCHEMA;
    assert_eq!(
        (schema.full_name, schema.short, schema.docs),
        ("shop.v1.OrderBook", Some("order_book"), "A shop.")
    );
    let [place, join, tenant, twice, note, ..] = schema.methods else { panic!("methods are missing") };
    assert_eq!(place.docs, "Returns the order, one number on.");
    assert!(place.idempotent && place.attr("role") == Some("clerk"));
    assert_eq!((place.timeout, place.priority), (Some(Duration::from_secs(2)), Some(9)));
    assert_eq!((join.timeout, join.priority), (None, None));
    assert_eq!(join.path, "/shop.v1.OrderBook/Join");
    let names = tenant.spellings(Protocol::JsonRpc);
    assert_eq!(names, ["order_book.tenant.of", "shop.v1.OrderBook.TenantOf", "shop.v1.OrderBook/TenantOf"]);
    assert!(twice.deprecated);
    assert_eq!(note.kind, CallKind::OneWay);
    let polyrpc_core::schema::Type::Message(request) = (note.request)() else { panic!("not a message") };
    assert_eq!(
        (request.name, request.fields[0].name, request.fields[0].text),
        ("OrderBookNoteRequest", "text", "Text")
    );
}

/// With names of its own, for everybody and for one protocol alone.
#[service(package = "names.v1", name = "Register", short = "reg", rename_all = "camelCase", crate = polyrpc_core)]
trait Named {
    async fn look_up(&self) -> Result<u32>;
    #[rpc(grpc = "ForGrpc", jsonrpc = "json.only", xmlrpc = "xml_only")]
    async fn each_its_own(&self) -> Result<u32>;
}

struct Numbers;

impl Named for Numbers {
    async fn look_up(&self) -> Result<u32> {
        Ok(1)
    }

    async fn each_its_own(&self) -> Result<u32> {
        Ok(2)
    }
}

#[tokio::test]
async fn a_method_goes_by_the_names_that_it_was_given() {
    let [look_up, own] = NamedServer::SCHEMA.methods else { panic!("methods are missing") };
    let full = ["names.v1.Register.LookUp", "names.v1.Register/LookUp"];
    assert_eq!(look_up.spellings(Protocol::Grpc), ["/names.v1.Register/LookUp"]);
    assert_eq!(look_up.spellings(Protocol::JsonRpc), ["reg.lookUp", full[0], full[1]]);
    let full = ["names.v1.Register.ForGrpc", "names.v1.Register/ForGrpc"];
    assert_eq!(own.spellings(Protocol::Grpc), ["/names.v1.Register/ForGrpc"]);
    assert_eq!(own.spellings(Protocol::JsonRpc), ["json.only", full[0], full[1]]);
    assert_eq!(own.spellings(Protocol::XmlRpc), ["xml_only", full[0], full[1]]);

    let server = Server::new().service(NamedServer::new(Numbers)).listen("mem:names-test");
    let serving = tokio::spawn(server.bind().await.unwrap().run_until(std::future::pending()));
    for protocol in Protocol::ALL {
        let client = NamedClient::connect(format!("{}+mem:names-test", protocol.name())).await.unwrap();
        assert_eq!((client.look_up().await.unwrap(), client.each_its_own().await.unwrap()), (1, 2));
    }
    serving.abort();
}

/// Generated code brings all names along.
mod without_prelude {
    #![no_implicit_prelude]

    #[::polyrpc_macros::service(package = "plain", crate = ::polyrpc_core)]
    trait Plain {
        async fn echo(
            &self,
            cx: &::polyrpc_core::Context,
            text: &str,
            raw: &[u8],
        ) -> ::polyrpc_core::Result<u64>;
        #[rpc(oneway)]
        async fn tell(&self, text: &str) -> ::polyrpc_core::Result<()>;
    }

    struct Mine;

    impl Plain for Mine {
        async fn echo(&self, _: &::polyrpc_core::Context, _: &str, _: &[u8]) -> ::polyrpc_core::Result<u64> {
            ::std::result::Result::Ok(1)
        }

        async fn tell(&self, _: &str) -> ::polyrpc_core::Result<()> {
            ::std::result::Result::Ok(())
        }
    }

    pub(super) async fn call() -> ::polyrpc_core::Result<u64> {
        let client = PlainClient::local(Mine);
        client.tell("x").await?;
        client.echo(&::polyrpc_core::Context::current(), "", b"").await
    }
}

#[tokio::test]
async fn generated_code_needs_no_prelude() {
    assert_eq!(without_prelude::call().await.unwrap(), 1);
}
