//! Priorities of calls.

use polyrpc_transports::{Priority, ServerConfig};
use rustix::fs::{FlockOperation, flock};

use super::raw::*;
use super::*;
use crate::support::Served;

/// A call's own priority goes before that of the endpoint, and none is above what the system has.
#[tokio::test]
async fn a_call_has_its_own_priority_or_that_of_the_endpoint() {
    let name = Name::new();
    let queue = make(&name.0, 4, 2048, 0o600);
    flock(&queue, FlockOperation::NonBlockingLockExclusive).unwrap();
    for (options, asked, expected) in [
        ("messages=4", None, 0),
        ("priority=5", None, 5),
        ("priority=5", Some(7), 7),
        ("priority=5", Some(0), 0),
        ("messages=4", Some(u32::MAX), 32_767),
    ] {
        let mut asking = request(Version::HTTP_2, "/plain", "x");
        if let Some(priority) = asked {
            asking.extensions_mut().insert(Priority::new(priority));
        }
        let call = tokio::spawn(client(&format!("posix-mq:{}?{options}", name.0)).send(asking));
        let (_, priority) = until("a request comes", || receive_at(&queue)).await;
        assert_eq!(priority, expected, "{options} {asked:?}");
        call.abort();
        // What gives it up has the same priority, and the client's last word none.
        let (_, priority) = until("it is given up", || receive_at(&queue)).await;
        assert_eq!(priority, expected, "{options} {asked:?}");
        until("its client has ended", || receive_at(&queue)).await;
    }
    mq_close(queue).unwrap();
    name.unlink();
}

#[tokio::test]
async fn an_answer_has_the_priority_of_its_request() {
    let name = Name::new();
    let served = Served::start(&name.endpoint(), ServerConfig::new()).await;
    let raw = Raw::new(&name);
    for (call, priority) in [(0, 0), (1, 9), (2, 3)] {
        assert!(raw.try_send_at(&raw.open(call, END, &head("/teapot")).bytes(), priority));
        assert_eq!(raw.priority().await, priority);
    }
    drop(raw);
    served.stop().await;
}
