//! How queues come and go.

use std::io::ErrorKind;

use super::children::{Child, User};
use super::*;

#[tokio::test]
async fn a_queue_is_removed_with_its_maker() {
    let scratch = Scratch::new();
    let queue = scratch.queue(1, 8).await;
    let error = Queue::create(scratch.name(), Attributes::REPLIES, 0o600).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert_eq!(error.to_string(), format!("{}: there is a queue of that name", scratch.0));
    drop(queue);
    assert!(!scratch.exists());
    let error = Writer::open(scratch.name(), &trusting("")).unwrap_err();
    assert_eq!(error.to_string(), format!("nobody listens on {}", scratch.0));
}

#[tokio::test]
async fn a_queue_of_the_same_name_that_another_made_is_left_alone() {
    let scratch = Scratch::new();
    let first = scratch.queue(1, 8).await;
    nix::mqueue::mq_unlink(scratch.0.as_str()).unwrap();
    let second = scratch.queue(1, 8).await;
    drop(first);
    assert!(scratch.exists());
    drop(second);
    assert!(!scratch.exists());
}

#[tokio::test]
async fn that_a_queue_is_deleted_is_seen_by_whoever_has_it_open() {
    let scratch = Scratch::new();
    let (mut queue, mut writer) = (scratch.queue(1, 8).await, scratch.writer());
    assert!(!queue.is_deleted().unwrap() && !writer.is_deleted().unwrap());
    nix::mqueue::mq_unlink(scratch.0.as_str()).unwrap();
    assert!(queue.is_deleted().unwrap() && writer.is_deleted().unwrap());
    let _second = scratch.queue(1, 8).await;
    assert!(queue.is_deleted().unwrap() && writer.is_deleted().unwrap());
    send(&mut writer, b"late").await.unwrap();
    assert_eq!(receive(&mut queue).await.unwrap().0, b"late", "those that have it open may go on");
}

#[tokio::test]
async fn a_queue_is_abandoned_when_its_maker_closes_it() {
    let scratch = Scratch::new();
    let (queue, writer) = (scratch.queue(1, 8).await, scratch.writer());
    for _ in 0..2 {
        assert!(!writer.is_abandoned().unwrap() && !scratch.writer().is_abandoned().unwrap());
        assert!(!writer.remove_if_abandoned().unwrap());
    }
    drop(queue);
    for _ in 0..2 {
        assert!(writer.is_abandoned().unwrap());
        assert!(writer.remove_if_abandoned().unwrap());
    }
    let _second = scratch.queue(1, 8).await;
    assert!(writer.remove_if_abandoned().unwrap());
    assert!(scratch.exists(), "the one of that name is another");
}

#[test]
fn a_queue_is_abandoned_as_soon_as_its_maker_was_killed() {
    let scratch = Scratch::new();
    let mut child = Child::start("hold", &scratch.0, User::Own);
    assert_eq!(child.said, "holds");
    let writer = scratch.writer();
    assert!(!writer.is_abandoned().unwrap());
    child.kill();
    assert!(writer.is_abandoned().unwrap());
    assert!(!writer.is_deleted().unwrap());
    assert!(writer.remove_if_abandoned().unwrap());
    assert!(writer.is_deleted().unwrap() && !scratch.exists());
}

#[tokio::test]
async fn what_a_killed_server_left_is_replaced_and_what_a_living_one_has_is_not() {
    let scratch = Scratch::new();
    let mut child = Child::start("hold", &scratch.0, User::Own);
    let listen = || Queue::listen(scratch.name(), Attributes::REPLIES, 0o600);
    let error = listen().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
    assert_eq!(error.to_string(), format!("somebody listens on {}", scratch.0));
    let old = scratch.writer();
    old.try_send(b"lost", 0).unwrap();
    child.kill();
    let mut queue = listen().await.unwrap();
    assert!(old.is_deleted().unwrap());
    scratch.writer().try_send(b"new", 0).unwrap();
    assert_eq!(receive(&mut queue).await.unwrap().0, b"new");
}

#[tokio::test]
async fn who_only_looks_keeps_nobody_from_listening() {
    let scratch = Scratch::new();
    let mut child = Child::start("hold", &scratch.0, User::Own);
    child.kill();
    let held = nix::mqueue::mq_open(
        scratch.0.as_str(),
        nix::mqueue::MQ_OFlag::O_WRONLY,
        nix::sys::stat::Mode::empty(),
        None,
    )
    .unwrap();
    rustix::fs::flock(&held, rustix::fs::FlockOperation::LockExclusive).unwrap();
    let listening = Queue::listen(scratch.name(), Attributes::REPLIES, 0o600);
    let (listening, ()) = tokio::join!(listening, async { nix::mqueue::mq_close(held).unwrap() });
    assert!(!listening.unwrap().is_deleted().unwrap());
}

#[tokio::test]
async fn nothing_is_left_open() {
    let open = |scratch: &Scratch| {
        let links = std::fs::read_dir("/proc/self/fd").unwrap();
        let links = links.filter_map(|link| std::fs::read_link(link.unwrap().path()).ok());
        links.filter(|link| link.to_string_lossy().starts_with(scratch.0.as_str())).count()
    };
    let scratch = Scratch::new();
    for _ in 0..100 {
        let (queue, mut writer) = (scratch.queue(1, 8).await, scratch.writer());
        assert_eq!(open(&scratch), 2);
        send(&mut writer, b"full").await.unwrap();
        assert!(tokio::time::timeout(Default::default(), send(&mut writer, b"more")).await.is_err());
        drop(queue);
    }
    assert_eq!(open(&scratch), 0);
}

#[tokio::test]
async fn queues_for_replies_have_random_names() {
    let long = format!("/{}ä", "n".repeat(213));
    for (server, start) in
        [("/shop", "/polyrpc.shop.".to_owned()), (&long, format!("/polyrpc.{}.", &long[1..214]))]
    {
        let server = Name::new(server).unwrap();
        let mut queues = Vec::new();
        for _ in 0..2 {
            queues
                .push(Queue::for_replies(&server, Attributes { messages: 1, size: 8 }, 0o600).await.unwrap());
        }
        let [one, two] = [0, 1].map(|index| queues[index].name().clone());
        assert_ne!(one, two);
        for name in [one, two] {
            assert!(name.as_str().starts_with(&start) && name.as_str().len() <= 255, "{name}");
            assert_eq!(name.as_str().len(), start.len() + 32);
            assert!(name.is_for_replies_of(&server));
            assert!(!name.is_for_replies_of(&Name::new("/other").unwrap()));
        }
    }
    for name in ["/polyrpc.shop.", "/polyrpc.shop.0123456789abcdef0123456789abcdeF", "/cups"] {
        assert!(!Name::new(name).unwrap().is_for_replies_of(&Name::new("/shop").unwrap()), "{name}");
    }
}

#[test]
fn names_from_elsewhere_are_looked_at() {
    let longest = format!("/{}", "x".repeat(254));
    assert_eq!(Name::new(&longest).unwrap().as_str(), longest);
    for name in ["", "x", "/", "/.", "/..", "/a/b", "//a", "/a\0", &format!("{longest}x")] {
        assert_eq!(Name::new(name).unwrap_err().kind(), ErrorKind::InvalidInput, "{name:?}");
    }
}
