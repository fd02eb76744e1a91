//! Servers: services, listeners, and how they start.

use std::os::unix::net::UnixListener;

use polyrpc::{Channel, Code, Endpoint, Result, Server, service};

use crate::support::{
    Folder, PROTOCOLS, Probe, ProbeClient, ProbeServer, Served, Subject, TCP, framed, grpc, post, say, unique,
};

#[service(package = "behaviour.v1")]
trait Greeter {
    async fn greet(&self, name: String) -> Result<String>;
}

mod next {
    #[polyrpc::service(package = "behaviour.v2")]
    pub(super) trait Greeter {
        async fn greet(&self, name: String) -> polyrpc::Result<String>;
    }

    #[polyrpc::service(package = "behaviour.v3", name = "Greeter", short = "greeter_v3")]
    pub(super) trait Third {
        async fn greet(&self, name: String) -> polyrpc::Result<String>;
    }

    #[polyrpc::service(package = "behaviour.v4", name = "Greeter", short = false)]
    pub(super) trait Fourth {
        async fn greet(&self, name: String) -> polyrpc::Result<String>;
    }
}

struct Hello(&'static str);

macro_rules! greet {
    ($($greeter:path),*) => {$(
        impl $greeter for Hello {
            async fn greet(&self, name: String) -> Result<String> {
                Ok(format!("{} {name}", self.0))
            }
        }
    )*};
}

greet!(Greeter, next::Greeter, next::Third, next::Fourth);

#[tokio::test]
async fn several_services_stand_on_one_server() {
    let server = Server::new()
        .service(ProbeServer::new(Subject::new()))
        .service(GreeterServer::new(Hello("hi")))
        .service(next::ThirdServer::new(Hello("dear")))
        .service(next::FourthServer::new(Hello("yo")))
        .listen(TCP);
    let served = Served::start(server).await;
    for protocol in PROTOCOLS {
        let channel = Channel::connect(served.by(protocol)).await.unwrap();
        assert_eq!(ProbeClient::new(channel.clone()).add(1, 2).await.unwrap(), 3, "{protocol}");
        assert_eq!(GreeterClient::new(channel.clone()).greet("ada".into()).await.unwrap(), "hi ada");
        let third = next::ThirdClient::new(channel.clone());
        assert_eq!(next::Third::greet(&third, "ada".into()).await.unwrap(), "dear ada", "{protocol}");
        let fourth = next::FourthClient::new(channel);
        assert_eq!(next::Fourth::greet(&fourth, "ada".into()).await.unwrap(), "yo ada", "{protocol}");
    }
}

#[tokio::test]
async fn two_services_of_one_short_name_are_refused_at_start_up_with_the_way_out() {
    let server = || {
        Server::new()
            .service(GreeterServer::new(Hello("")))
            .service(next::GreeterServer::new(Hello("")))
            .listen(TCP)
    };
    let refused = server().bind().await.unwrap_err().to_string();
    for named in [
        "behaviour.v1.Greeter",
        "behaviour.v2.Greeter",
        "greeter.greet",
        "#[service(short = ",
        "short = false",
    ] {
        assert!(refused.contains(named), "{named} is not in: {refused}");
    }
    assert_eq!(server().into_service().unwrap_err().to_string(), refused);
    let twice = Server::new().service(GreeterServer::new(Hello(""))).service(GreeterServer::new(Hello("")));
    assert!(twice.into_service().unwrap_err().to_string().contains("twice"));
}

#[tokio::test]
async fn one_server_has_several_listeners_and_tells_their_real_endpoints_in_order() {
    let folder = Folder::new();
    let mem = format!("mem:{}", unique("listeners"));
    let server = Server::new()
        .service(ProbeServer::new(Subject::new()))
        .listen("tcp://127.0.0.1:0")
        .listen(folder.socket())
        .listen(&mem)
        .listen("tcp://localhost:0".parse::<Endpoint>().unwrap());
    let served = Served::start(server).await;
    let endpoints: Vec<_> = served.endpoints().iter().map(ToString::to_string).collect();
    assert_eq!(endpoints[1..3], [folder.socket(), mem]);
    let (first, last) = (served.endpoints()[0].port().unwrap(), served.endpoints()[3].port().unwrap());
    assert!(first != 0 && last != 0 && first != last, "{endpoints:?}");
    assert_eq!(
        (&*endpoints[0], &*endpoints[3]),
        (&*format!("tcp://127.0.0.1:{first}"), &*format!("tcp://localhost:{last}"))
    );
    for endpoint in &endpoints {
        for protocol in PROTOCOLS {
            let client = ProbeClient::connect(format!("{protocol}+{endpoint}")).await.unwrap();
            assert_eq!(client.add(1, 2).await.unwrap(), 3, "{protocol}+{endpoint}");
        }
    }
}

#[tokio::test]
async fn bound_sockets_are_listened_on() {
    let folder = Folder::new();
    let tcp = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = tcp.local_addr().unwrap().port();
    let unix = tokio::net::UnixListener::bind(folder.0.join("tokio")).unwrap();
    let std_tcp = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let std_unix = UnixListener::bind(folder.0.join("std")).unwrap();
    let server = Server::new()
        .service(ProbeServer::new(Subject::new()))
        .listen(tcp)
        .listen(unix)
        .listen(std_tcp)
        .listen(std_unix);
    let served = Served::start(server).await;
    assert_eq!(served.endpoints()[0].port(), Some(port));
    for endpoint in served.endpoints() {
        let client = ProbeClient::connect(format!("grpc+{endpoint}")).await.unwrap();
        assert_eq!(client.add(1, 2).await.unwrap(), 3, "{endpoint}");
    }
}

#[tokio::test]
async fn one_address_serves_all_protocols_to_bare_clients() {
    let (served, _) = Served::probe().await;
    let address = served.address();
    let json = r#"{"jsonrpc":"2.0","id":1,"method":"probe.add","params":[1,2]}"#;
    let answer = post(address, "application/json", "", json).await;
    assert_eq!((answer.status, &*answer.body), (200, r#"{"jsonrpc":"2.0","result":3,"id":1}"#));
    let xml = "<?xml version=\"1.0\"?><methodCall><methodName>probe.add</methodName><params><param><value><int>1\
               </int></value></param><param><value><int>2</int></value></param></params></methodCall>";
    let answer = post(address, "text/xml", "", xml).await;
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("<int>3</int>"), "{answer:?}");
    let answer = grpc(address, "/behaviour.v1.Probe/Add", &[], &framed(&[8, 1, 16, 2])).await;
    assert_eq!((answer.status, answer.outcome().0, answer.body), (200, 0, framed(&[8, 3])));
    let page = say(address, b"GET / HTTP/1.0\r\n\r\n").await;
    assert!(page.status == 200 && page.body.contains("behaviour.v1.Probe"), "{page:?}");
}

#[tokio::test]
async fn what_cannot_be_listened_on_is_said_at_bind() {
    let bind = async |endpoint: &str| Server::new().listen(endpoint).bind().await.unwrap_err();
    assert!(bind("localhost:1").await.to_string().contains("did you mean tcp://localhost:1"));
    assert!(bind("grpc+tcp://127.0.0.1:0").await.to_string().contains("a listener serves every protocol"));
    let (served, _) = Served::probe().await;
    let taken = bind(&served.endpoints()[0].to_string()).await;
    assert!(taken.is_bind() && taken.to_string().contains(&served.endpoints()[0].to_string()), "{taken}");
}

#[tokio::test]
async fn an_unknown_method_is_unimplemented_in_every_protocol() {
    let served = Served::start(Server::new().service(GreeterServer::new(Hello(""))).listen(TCP)).await;
    for (protocol, client) in served.clients().await {
        assert_eq!(client.add(1, 2).await.unwrap_err().code(), Code::Unimplemented, "{protocol}");
    }
}
