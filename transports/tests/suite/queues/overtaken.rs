//! Calls that many newer ones go before.

use super::raw::*;
use super::*;
use crate::support::Served;
use polyrpc_transports::ServerConfig;

/// A server remembers the last 1 024 numbers, and says so of an older one, which it cannot have begun.
#[tokio::test]
async fn a_call_that_is_overtaken_by_too_many_is_refused() {
    let name = Name::new();
    let served = Served::start(&name.endpoint(), ServerConfig::new()).await;
    let raw = Raw::new(&name);
    for (call, is_begun) in [(2000, true), (1000, true), (900, false)] {
        raw.send(&raw.open(call, END, &head("/plain")).bytes()).await;
        if is_begun {
            raw.is_answered(call).await;
        } else {
            let parts = raw.parts().await;
            assert_eq!((parts[0].kind, parts[0].call, parts[0].payload[0]), (RESET, call, REFUSED));
        }
    }
    assert_eq!(served.seen.begun(), 2);
    drop(raw);
    served.stop().await;
}
