//! Authentication in a layer: it hands the user to the handler, and asks the schema what a method demands.
//!
//! `cargo run --example auth` serves, calls as three users through all three protocols, and prints what each may do.

use polyrpc::{Call, CallExt, Channel, Context, Next, Reply, Result, Server, Status, from_fn, service};

#[service(package = "example.auth")]
trait Notes {
    /// Every user may read.
    async fn read(&self, cx: &Context) -> Result<String>;
    /// What a method demands stands in its schema, so that the policy compares no names.
    #[rpc(attr(role = "editor"))]
    async fn write(&self, cx: &Context, text: String) -> Result<String>;
}

struct Desk;

impl Notes for Desk {
    async fn read(&self, cx: &Context) -> Result<String> {
        Ok(format!("{} reads", cx.require::<User>()?.name))
    }

    async fn write(&self, cx: &Context, text: String) -> Result<String> {
        Ok(format!("{} writes {text:?}", cx.require::<User>()?.name))
    }
}

/// Who calls: the layer finds it, the handler takes it.
#[derive(Clone)]
struct User {
    name: &'static str,
    roles: &'static [&'static str],
}

/// In earnest, this asks a database, or verifies a signed token.
fn user_of(token: &str) -> Option<User> {
    match token {
        "Bearer a1" => Some(User { name: "ada", roles: &["editor"] }),
        "Bearer b2" => Some(User { name: "bob", roles: &[] }),
        _ => None,
    }
}

async fn authenticate(mut call: Call, next: Next) -> Result<Reply> {
    let token = call.context().metadata().get("authorization").unwrap_or_default();
    let user = user_of(token).ok_or_else(|| Status::unauthenticated("who are you?"))?;
    if let Some(role) = call.method().attr("role").filter(|role| !user.roles.contains(role)) {
        return Err(Status::permission_denied(format!("only an {role} may do that")));
    }
    call.context_mut().insert(user);
    next.run(call).await
}

#[tokio::main]
async fn main() -> Result<()> {
    let server = Server::new()
        .service(NotesServer::new(Desk))
        .layer(from_fn(authenticate))
        .listen("tcp://127.0.0.1:0")
        .bind()
        .await?;
    let endpoint = server.endpoints()[0].to_string();
    tokio::select! {
        () = server.run_until(std::future::pending()) => Ok(()),
        called = call(&endpoint) => called,
    }
}

async fn call(endpoint: &str) -> Result<()> {
    for protocol in ["grpc", "jsonrpc", "xmlrpc"] {
        let notes = NotesClient::new(Channel::connect(format!("{protocol}+{endpoint}")).await?);
        for token in ["Bearer a1", "Bearer b2", "Bearer ?"] {
            let cx = Context::current();
            let read = notes.read(&cx).header("authorization", token).await;
            let write = notes.write(&cx, "hello".into()).header("authorization", token).await;
            println!("{protocol}: {} | {}", said(read), said(write));
        }
    }
    Ok(())
}

fn said(outcome: Result<String>) -> String {
    outcome.unwrap_or_else(|status| status.to_string())
}
