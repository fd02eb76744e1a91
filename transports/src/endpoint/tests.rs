//! Endpoints, good and bad.

use super::*;

fn parse(text: &str) -> Endpoint {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn error(text: &str) -> String {
    text.parse::<Endpoint>().expect_err(text).to_string()
}

#[test]
fn display_writes_what_was_read() {
    for text in [
        "tcp://127.0.0.1:50051",
        "tcp://[::1]:0",
        "grpc+tcp://localhost:1",
        "http://legacy/RPC2",
        "xmlrpc+http://legacy:8080/RPC2",
        "jsonrpc+http://node:80?key=x",
        "unix:/run/x.sock",
        "unix:shop.sock?mode=660",
        "unix:/run/a%20b%3Fc.sock",
        "unix:@shop?allow_uid=1000,0",
        "grpc+unix:@%00%ff",
        "mem:shop",
        "stdio:",
        "jsonrpc+stdio:",
        "exec:/a%20program?arg=one&arg=%26two&cwd=/tmp",
        "exec:program",
        #[cfg(feature = "tls")]
        "tls://host:1/path?ca=/a%20b.pem",
        #[cfg(feature = "tls")]
        "jsonrpc+https://node.example/v3/KEY?x=y",
    ] {
        let shown = parse(text).to_string();
        assert_eq!(parse(&shown), parse(text), "{text} became {shown}");
    }
    assert_eq!(parse("tcp://[::1]:5").to_string(), "tcp://[::1]:5");
    assert_eq!(parse("unix:///run/x.sock"), parse("unix:/run/x.sock"));
}

#[test]
fn parts_are_read() {
    let endpoint = parse("jsonrpc+http://user:secret@node.example/v3/KEY?network=main");
    assert_eq!(endpoint.protocol(), Some("jsonrpc"));
    assert_eq!(endpoint.transport(), "tcp");
    assert_eq!((endpoint.host(), endpoint.port()), (Some("node.example"), Some(80)));
    assert_eq!(endpoint.authority(), "node.example");
    assert_eq!(endpoint.path(), "/v3/KEY?network=main");
    assert_eq!(endpoint.user_info(), Some("user:secret"));
    assert_eq!(parse("tcp://[::1]:7").host(), Some("::1"));
    assert_eq!(parse("tcp://h:1").path(), "/");
    assert_eq!(parse("unix:x.sock?mode=660").option("mode"), Some("660"));
}

#[test]
#[cfg(feature = "tls")]
fn https_is_tls_with_a_path() {
    let endpoint = parse("jsonrpc+https://node.example/v3/KEY?network=main");
    assert_eq!((endpoint.protocol(), endpoint.transport()), (Some("jsonrpc"), "tls"));
    assert_eq!((endpoint.port(), endpoint.authority().as_str()), (Some(443), "node.example"));
    assert_eq!(endpoint.path(), "/v3/KEY?network=main");
    assert_eq!(parse("https://[::1]:8443").authority(), "[::1]:8443");
    let endpoint = parse("xmlrpc+tls://legacy:1/RPC?ca=ca.pem");
    assert_eq!((endpoint.path(), endpoint.option("ca")), ("/RPC", Some("ca.pem")));
}

#[test]
fn a_missing_feature_is_named() {
    for (scheme, feature) in [("tls", "tls"), ("https", "tls"), ("stdio", "pipe"), ("exec", "pipe")] {
        let error = EndpointError::feature(registry::find(scheme).unwrap());
        let wanted = format!("transport {scheme} is not in this build: cargo add polyrpc -F {feature}");
        assert_eq!(error.to_string(), wanted);
    }
}

#[test]
fn a_program_has_arguments_and_variables_of_which_none_is_lost() {
    let endpoint = parse("exec:/a%20program?arg=one&arg=&arg=a%3Db&env=K=V=W");
    assert_eq!(endpoint.program(), Some("/a program"));
    assert_eq!(endpoint.options("arg").collect::<Vec<_>>(), ["one", "", "a=b"]);
    assert_eq!(endpoint.option("env"), Some("K=V=W"));
    assert_eq!(endpoint.to_string(), "exec:/a%20program?arg=one&arg=&arg=a=b&env=…");
    assert_eq!(parse("exec:///bin/true"), parse("exec:/bin/true"));
}

#[test]
fn secrets_are_not_shown() {
    let endpoint = parse("http://user:secret@node/v3?key=hidden");
    assert!(!endpoint.to_string().contains("secret"));
    let debug = format!("{endpoint:?}");
    assert!(!debug.contains("secret") && !debug.contains("hidden"), "{debug}");
}

#[test]
fn errors_say_what_was_meant() {
    for (text, wanted) in [
        ("localhost:50051", "did you mean tcp://localhost:50051?"),
        ("127.0.0.1:80", "did you mean tcp://127.0.0.1:80?"),
        (":8080", "did you mean tcp://127.0.0.1:8080?"),
        ("[::1]:80", "did you mean tcp://[::1]:80?"),
        ("grpc+localhost:50051", "did you mean grpc+tcp://localhost:50051?"),
        ("/run/x.sock", "did you mean unix:/run/x.sock?"),
        ("carrier-pigeon://x", "unknown transport \"carrier-pigeon\"; known: tcp, http, "),
        ("nonsense", "has no transport; known: tcp"),
        ("kafka://broker/topic", "transport kafka is not available yet"),
        ("udp://node:1", "transport udp is not available yet"),
        ("tcp:localhost:1", "two slashes"),
        ("tcp://localhost", "a port must follow the host, as in //localhost:50051"),
        ("tcp://localhost:99999", "from 0 to 65535"),
        ("tcp://:1", "no valid host"),
        ("tcp://::1:5", "brackets"),
        ("tcp://h:1?x=1", "unknown option \"x\" of a tcp endpoint; known: framing"),
        ("mem:h?x=1", "unknown option \"x\": mem endpoints take none"),
        ("unix:/x?made=1", "unknown option \"made\" of a unix endpoint; known: mode, allow_uid"),
        ("unix:@", "a name must follow the @"),
        ("unix:/x%2", "two hexadecimal digits must follow a %"),
        ("unix:/x%+5", "two hexadecimal digits must follow a %"),
        ("unix:/x%00", "no zero byte"),
        ("unix:/x%ff", "UTF-8"),
        ("unix:", "a path must follow"),
        ("stdio:x", "nothing may follow"),
        ("exec:", "a program must follow"),
        ("exec://host/program", "one slash, or three"),
        ("exec:/a%FFb", "must be UTF-8"),
        ("exec:/x?cwd=/a&cwd=/b", "given twice"),
        ("exec:/x?argument=1", "known: arg, env, cwd, stderr"),
        ("mem:a b", "a name of letters"),
    ] {
        let shown = error(text);
        assert!(shown.contains(wanted), "{text}: {shown}");
    }
}

#[test]
fn names_of_sockets_are_percent_encoded() {
    assert_eq!(parse("unix:/run/a%20b%3fc%25").file(), Some(Path::new("/run/a b?c%")));
    assert_eq!(parse("unix:%40shop").file(), Some(Path::new("@shop")));
    assert_eq!(parse("unix:%40shop").abstract_name(), None);
    assert_eq!(parse("unix:@a%00b").abstract_name(), Some(&b"a\0b"[..]));
    assert_eq!(parse("unix:@shop").file(), None);
}

/// An endpoint of a queue, whether or not this build can use it.
fn queue(text: &str) -> Result<Endpoint, EndpointError> {
    parse::parts(registry::find("posix-mq").unwrap(), Some("grpc"), text.strip_prefix("posix-mq:").unwrap())
}

#[test]
fn a_queue_has_a_name_with_one_slash() {
    let endpoint = queue("posix-mq:/a%20shop%3F?messages=4&size=512&priority=3&allow_uid=1,2").unwrap();
    assert_eq!(endpoint.queue(), Some("/a shop?"));
    assert_eq!((endpoint.authority().as_str(), endpoint.file()), ("localhost", None));
    assert_eq!((endpoint.option("size"), endpoint.option("allow_uid")), (Some("512"), Some("1,2")));
    let shown = "grpc+posix-mq:/a%20shop%3F?messages=4&size=512&priority=3&allow_uid=1,2";
    assert_eq!(endpoint.to_string(), shown);
    assert_eq!(queue("posix-mq:///shop").unwrap(), queue("posix-mq:/shop").unwrap());
}

#[test]
fn a_bad_name_of_a_queue_is_told_from_the_right_one() {
    for (text, wanted) in [
        ("posix-mq:shop", "its name begins with a slash: did you mean posix-mq:/shop?"),
        ("posix-mq:", "a name that begins with a slash must follow the colon"),
        ("posix-mq:a/b", "a name that begins with a slash must follow the colon"),
        ("posix-mq:/", "a name must follow the slash"),
        ("posix-mq:/..", "a queue cannot be named . or .."),
        ("posix-mq:/a/b", "a queue's name has one slash, at its beginning"),
        ("posix-mq:/a%2Fb", "a queue's name has one slash, at its beginning"),
        ("posix-mq://host/shop", "a host has no meaning here: write one slash, or three"),
        ("posix-mq:/a%00", "a name holds no zero byte"),
        ("posix-mq:/%ff", "a name must be UTF-8"),
        ("posix-mq:/a%2", "two hexadecimal digits must follow a %"),
        ("posix-mq:/a?depth=3", "unknown option \"depth\" of a posix-mq endpoint; known: messages, size"),
        ("posix-mq:/a?size=1&size=2", "an option is given twice"),
    ] {
        let shown = queue(text).expect_err(text).to_string();
        assert!(shown.contains(wanted), "{text}: {shown}");
    }
    let longest = format!("posix-mq:/{}", "%41".repeat(254));
    assert_eq!(queue(&longest).unwrap().queue().map(str::len), Some(255));
    assert_eq!(
        queue(&format!("{longest}A")).unwrap_err().to_string(),
        "bad posix-mq endpoint: its name has 256 bytes, and may have at most 255"
    );
}

#[test]
#[cfg(all(feature = "server", target_os = "linux"))]
fn bound_sockets_have_endpoints_that_are_read_back() {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::SocketAddr;
    for path in ["/run/x.sock", "@odd? 100%", "größe"] {
        let endpoint = Endpoint::unix(&SocketAddr::from_pathname(path).unwrap());
        assert_eq!(parse(&endpoint.to_string()), endpoint);
        assert_eq!(endpoint.file(), Some(Path::new(path)));
    }
    let endpoint = Endpoint::unix(&SocketAddr::from_abstract_name(b"\0@?\xff").unwrap());
    assert_eq!(endpoint.to_string(), "unix:@%00@%3F%FF");
    assert_eq!(parse(&endpoint.to_string()), endpoint);
}

#[test]
#[cfg(target_os = "linux")]
fn the_name_of_a_socket_has_107_bytes() {
    for (first, rest) in [("/", 106), ("@", 107)] {
        let longest = format!("unix:{first}{}", "%41".repeat(rest));
        parse(&longest);
        assert_eq!(
            error(&format!("{longest}A")),
            "bad unix endpoint: its name has 108 bytes, and may have at most 107"
        );
    }
}

#[cfg(feature = "tcp")]
#[test]
fn a_websocket_url_says_how_messages_are_framed() {
    let endpoint = parse("jsonrpc+ws://node.example/v3");
    assert_eq!((endpoint.transport(), endpoint.port()), ("tcp", Some(80)));
    assert_eq!((endpoint.option("framing"), endpoint.path()), (Some("websocket"), "/v3"));
    assert_eq!(parse("tcp://node:1?framing=newline").option("framing"), Some("newline"));
    assert_eq!(parse("tcp://node:1").option("framing"), None);
}
