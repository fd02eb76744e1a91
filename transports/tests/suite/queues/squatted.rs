//! Names that another has taken.

use super::children::{Child, User, other};
use super::*;
use crate::support::Served;
use polyrpc_transports::{Listener, ServerConfig};

#[tokio::test]
async fn another_users_queue_is_neither_replaced_nor_believed_in() {
    if !is_root() {
        return left_out("squatted::another_users_queue", "for only root can become another user");
    }
    // It is held, or was left by a process that died.
    for (task, options) in [("hold for all", "mode=622"), ("leave for all", "mode=622"), ("hold", "mode=600")]
    {
        let name = Name::new();
        let endpoint = name.with(options);
        let _squatter = Child::that_holds(task, &endpoint, User::Other).await;
        let error = Listener::bind(&endpoint.parse().unwrap()).await.unwrap_err().to_string();
        let wanted = format!("a queue of another user has the name posix-mq:{}", name.0);
        assert!(error.starts_with("cannot listen on posix-mq:/") && error.ends_with(&wanted), "{error}");
        assert!(name.exists());
        let error = told(&call(&client(&endpoint), "/plain").await.unwrap_err());
        let wanted =
            format!("belongs to user {0}: add ?allow_uid={0} to the endpoint to trust them", other());
        assert!(error.contains("cannot connect to posix-mq:/") && error.contains(&wanted), "{error}");
        assert_eq!(name.open_replies(), [""; 0], "nothing was made for who is not believed");
    }
}

#[tokio::test]
async fn a_server_goes_on_trying_when_its_lost_name_was_squatted() {
    if !is_root() {
        return left_out("squatted::a_server_goes_on_trying", "for only root can become another user");
    }
    let name = Name::new();
    let served = Served::start(&name.endpoint(), ServerConfig::new()).await;
    name.unlink();
    let mut squatter = Child::that_holds("hold for all", &name.endpoint(), User::Other).await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    let honest = client(&name.endpoint());
    let error = told(&call(&honest, "/plain").await.unwrap_err());
    assert!(error.contains("belongs to user"), "{error}");
    squatter.kill();
    name.unlink();
    is_answered_soon(&honest).await;
    served.stop().await;
    assert!(!name.exists());
}

#[tokio::test]
async fn who_may_not_send_is_told_so() {
    if !is_root() {
        return left_out("squatted::who_may_not_send", "for only root can become another user");
    }
    let name = Name::new();
    let served = Served::start(&name.endpoint(), ServerConfig::new()).await;
    let (_, said) = Child::that("call", &name.endpoint(), User::Other).await;
    assert!(said.ends_with("another user made that queue, and it is closed to this one"), "{said}");
    served.stop().await;
}

#[tokio::test]
async fn a_mode_that_is_too_wide_is_not_believed_in() {
    let name = Name::new();
    let served = Served::start(&name.with("mode=622"), ServerConfig::new()).await;
    let error = told(&call(&client(&name.endpoint()), "/plain").await.unwrap_err());
    assert!(error.ends_with("has the mode 622, and may have at most 600"), "{error}");
    is_answered(&client(&name.with("mode=622"))).await;
    served.stop().await;
}

#[tokio::test]
async fn users_that_are_listed_call_each_other() {
    if !is_root() {
        return left_out("squatted::users_that_are_listed", "for only root can become another user");
    }
    let name = Name::new();
    let options = format!("allow_uid={}", other());
    let served = Served::start(&name.with(&options), ServerConfig::new()).await;
    let (child, said) = Child::that("call", &name.with("mode=622"), User::Other).await;
    assert_eq!(said, "200 OK");
    child.ends();
    served.stop().await;
}
