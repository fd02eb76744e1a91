//! Errors that name the limit which is crossed.

use super::super::Settings;
use super::children::{Child, User};
use super::*;

/// What the child says that crosses a limit, as a user whom limits bind.
fn said(task: &str, user: User) -> String {
    Child::start(task, &Scratch::new().0, user).said.clone()
}

#[test]
fn too_many_bytes_in_queues() {
    let wanted = "this user's queues take all the bytes that they may: raise RLIMIT_MSGQUEUE (ulimit -q), which is 10000; \
                  this queue of 10 × 8192 bytes needs 82880 more";
    let said = said("few bytes", User::Own);
    assert!(said.ends_with(wanted), "{said}");
}

#[test]
fn the_bytes_of_a_queue_are_what_the_system_counts() {
    if !is_root() {
        return left_out("limits::the_bytes_of_a_queue", "for it needs a user without queues");
    }
    for (task, bytes) in [("count 10 8192", 82_880), ("count 8 1024", 8_960), ("count 1 1", 97)] {
        assert_eq!(said(task, User::Without), format!("{bytes} are enough, and one less is not"));
    }
}

#[test]
fn the_page_has_the_bytes_of_the_default_queues() {
    let page = include_str!("../../../../../docs/transports.md");
    for (row, attributes) in [
        ("| kernel memory of a server |", Attributes::REQUESTS),
        ("| kernel memory of a client |", Attributes::REPLIES),
    ] {
        let bytes = attributes.bytes();
        let cell = format!("| {} {:03} |", bytes / 1000, bytes % 1000);
        let line = page.lines().find(|line| line.starts_with(row)).unwrap();
        assert!(line.ends_with(&cell), "{line} has no {cell}");
    }
}

#[test]
fn too_many_descriptors() {
    let said = said("few descriptors", User::Own);
    assert!(
        said.ends_with("this process has as many open files as it may: raise RLIMIT_NOFILE (ulimit -n)"),
        "{said}"
    );
}

#[test]
fn too_many_queues() {
    let said = said("many queues", User::Apart);
    if said.starts_with("cannot") {
        return left_out("limits::too_many_queues", &said);
    }
    assert!(
        said.contains("the system has as many queues as it may: raise fs.mqueue.queues_max, which is "),
        "{said}"
    );
}

#[test]
fn too_long_a_queue_and_too_large_messages() {
    for (task, wanted) in [
        ("make 1000000 8", "a queue of 1000000 messages is too long: raise fs.mqueue.msg_max, which is "),
        (
            "make 1 100000000",
            "messages of 100000000 bytes are too large: raise fs.mqueue.msgsize_max, which is ",
        ),
    ] {
        let said = said(task, User::Other);
        assert!(said.contains(wanted), "{said}");
    }
}

#[test]
fn defaults_are_cut_to_what_the_system_allows_and_wishes_are_not() {
    use super::super::limits::Limits;
    let limits = Limits { messages: Some(4), message_bytes: Some(2000), queues: None, user_bytes: None };
    assert_eq!(Attributes::REQUESTS.cut(&limits), Attributes { messages: 4, size: 2000 });
    assert_eq!(Attributes::REPLIES.cut(&limits), Attributes { messages: 4, size: 1024 });
    let none = Limits { messages: None, message_bytes: None, ..limits };
    assert_eq!(Attributes::REQUESTS.cut(&none), Attributes::REQUESTS);
    let settings =
        Settings::new(&endpoint("?messages=70000&size=100000&priority=5&mode=620"), Attributes::REPLIES);
    let attributes = Attributes { messages: 70_000, size: 100_000 };
    assert_eq!(settings.unwrap(), Settings { attributes, priority: 5, mode: 0o620 });
    let settings = Settings::new(&endpoint("?allow_uid=1"), Attributes::REPLIES).unwrap();
    assert_eq!((settings.priority, settings.mode), (0, 0o622));
}

#[test]
fn options_are_read_strictly() {
    for (options, wanted) in [
        ("?messages=0", "messages must be a number from 1 to 2147483647"),
        ("?size=8k", "size must be a number from 512 to "),
        ("?priority=32768", "priority must be a number from 0 to 32767"),
        ("?mode=660", "mode must be one of 600, 620 and 622: others may send only"),
        ("?mode=", "mode must be one of"),
    ] {
        let error = Settings::new(&endpoint(options), Attributes::REQUESTS).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        assert!(error.to_string().contains(wanted), "{options}: {error}");
    }
    assert!(
        Trust::in_servers(&endpoint("?allow_uid=me"))
            .unwrap_err()
            .to_string()
            .starts_with("allow_uid must be")
    );
}
