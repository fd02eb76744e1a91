//! Queues that are not what they should be.

use super::children::{Child, User};
use super::*;

fn refused(scratch: &Scratch, trust: &Trust) -> String {
    let error = Writer::open(scratch.name(), trust).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
    error.to_string()
}

#[tokio::test]
async fn a_mode_that_is_too_wide_is_refused() {
    for (mode, options, most) in [
        (0o622, "", "600"),
        (0o620, "", "600"),
        (0o622, "?mode=620", "620"),
        (0o660, "?allow_uid=any", "622"),
        (0o606, "?mode=622", "622"),
    ] {
        let scratch = Scratch::new();
        let _queue = Queue::create(scratch.name(), Attributes::REPLIES, mode).await.unwrap();
        let wanted = format!("{} has the mode {mode:03o}, and may have at most {most}", scratch.0);
        assert_eq!(refused(&scratch, &trusting(options)), wanted);
    }
    for (mode, options) in [(0o600, ""), (0o600, "?mode=622"), (0o620, "?mode=620"), (0o622, "?allow_uid=5")]
    {
        let scratch = Scratch::new();
        let _queue = Queue::create(scratch.name(), Attributes::REPLIES, mode).await.unwrap();
        Writer::open(scratch.name(), &trusting(options)).unwrap();
    }
}

#[tokio::test]
async fn the_mode_is_the_one_that_was_asked_for_whatever_the_umask() {
    let scratch = Scratch::new();
    assert_eq!(Child::start("umask", &scratch.0, User::Own).said, "mode 622");
}

#[test]
fn another_users_queue_is_trusted_if_it_is_listed() {
    if !is_root() {
        return left_out("trust::another_users_queue", "for only root can become another user");
    }
    let scratch = Scratch::new();
    let _child = Child::start("hold for all", &scratch.0, User::Other);
    let wanted =
        format!("{} belongs to user 4242: add ?allow_uid=4242 to the endpoint to trust them", scratch.0);
    assert_eq!(refused(&scratch, &trusting("?allow_uid=1,2")), wanted);
    assert_eq!(refused(&scratch, &trusting("?mode=622")), wanted);
    let clients = |options| Trust::in_clients(&endpoint(options)).unwrap();
    assert_eq!(refused(&scratch, &clients("?allow_uid=1")), wanted);
    for trust in
        [trusting("?allow_uid=4242"), trusting("?allow_uid=any"), clients(""), clients("?allow_uid=4242")]
    {
        Writer::open(scratch.name(), &trust).unwrap();
    }
}

#[tokio::test]
async fn another_users_queue_is_not_replaced() {
    if !is_root() {
        return left_out(
            "trust::another_users_queue_is_not_replaced",
            "for only root can become another user",
        );
    }
    let scratch = Scratch::new();
    Child::start("hold for all", &scratch.0, User::Other).kill();
    let error = Queue::listen(scratch.name(), Attributes::REPLIES, 0o600).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    assert_eq!(error.to_string(), format!("a queue of another user has the name {}", scratch.0));
    assert!(scratch.exists());
}

#[tokio::test]
async fn who_may_not_send_is_told_so() {
    if !is_root() {
        return left_out("trust::who_may_not_send", "for only root can become another user");
    }
    let scratch = Scratch::new();
    let _queue = scratch.queue(1, 8).await;
    let wanted = format!("{}: another user made that queue, and it is closed to this one", scratch.0);
    assert_eq!(Child::start("open", &scratch.0, User::Other).said, wanted);
    let wanted = format!("a queue of another user has the name {}", scratch.0);
    assert_eq!(Child::start("listen", &scratch.0, User::Other).said, wanted);
}

/// A server that root runs is called by anybody whom its mode lets in.
#[tokio::test]
async fn roots_queue_is_trusted() {
    if !is_root() {
        return left_out("trust::roots_queue_is_trusted", "for only root can become another user");
    }
    let scratch = Scratch::new();
    let _queue = Queue::create(scratch.name(), Attributes::REPLIES, 0o622).await.unwrap();
    let wanted = format!("{} has the mode 622, and may have at most 600", scratch.0);
    assert_eq!(Child::start("open", &scratch.0, User::Other).said, wanted);
    assert_eq!(Child::start("open 622", &scratch.0, User::Other).said, "opened");
}
