//! What goes through a queue.

use std::future::{Future, poll_fn};
use std::io::ErrorKind;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use super::*;

#[tokio::test]
async fn what_is_sent_comes_back() {
    let (there, back) = (Scratch::new(), Scratch::new());
    let (mut requests, mut replies) = (there.queue(2, 64).await, back.queue(2, 64).await);
    let (mut to_server, mut to_client) = (there.writer(), back.writer());
    let server = tokio::spawn(async move {
        for _ in 0..100 {
            let (bytes, _) = receive(&mut requests).await.unwrap();
            send(&mut to_client, &bytes).await.unwrap();
        }
    });
    for number in 0..100_u32 {
        send(&mut to_server, &number.to_be_bytes()).await.unwrap();
        assert_eq!(receive(&mut replies).await.unwrap(), (number.to_be_bytes().to_vec(), 0));
    }
    server.await.unwrap();
}

/// A waker that counts.
#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Count {
    fn wakes(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

#[tokio::test]
async fn a_full_queue_holds_senders_back_and_loses_nothing() {
    let scratch = Scratch::new();
    let (mut queue, mut writer) = (scratch.queue(2, 8).await, scratch.writer());
    writer.try_send(b"0", 0).unwrap();
    writer.try_send(b"1", 0).unwrap();
    assert_eq!(writer.try_send(b"2", 0).unwrap_err().kind(), ErrorKind::WouldBlock);
    let count = Arc::new(Count::default());
    let waker = Waker::from(count.clone());
    {
        let mut sending = pin!(send(&mut writer, b"2"));
        assert!(sending.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(count.wakes(), 0, "nobody has received");
        assert_eq!(receive(&mut queue).await.unwrap().0, b"0");
        while count.wakes() == 0 {
            tokio::task::yield_now().await;
        }
        assert!(sending.as_mut().poll(&mut Context::from_waker(&waker)).is_ready());
    }
    let sender = tokio::spawn(async move {
        for number in 3..1000_u32 {
            send(&mut writer, number.to_string().as_bytes()).await.unwrap();
        }
    });
    for number in 1..1000_u32 {
        assert_eq!(receive(&mut queue).await.unwrap().0, number.to_string().as_bytes());
    }
    sender.await.unwrap();
}

#[tokio::test]
async fn one_wake_up_serves_all_messages() {
    let scratch = Scratch::new();
    let (mut queue, writer) = (scratch.queue(10, 8).await, scratch.writer());
    let polls = Arc::new(AtomicUsize::new(0));
    let counted = polls.clone();
    let receiver = tokio::spawn(async move {
        let (mut received, mut buffer) = (0, [0; 8]);
        poll_fn(|cx| {
            counted.fetch_add(1, Ordering::Relaxed);
            while let Poll::Ready(result) = queue.poll_receive(cx, &mut buffer) {
                result.unwrap();
                received += 1;
            }
            if received < 20 { Poll::Pending } else { Poll::Ready(()) }
        })
        .await;
    });
    for round in 0..2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(polls.load(Ordering::Relaxed), 1 + round, "what was received wakes nobody");
        for _ in 0..10 {
            writer.try_send(b"message", 0).unwrap();
        }
    }
    receiver.await.unwrap();
    assert_eq!(polls.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn the_highest_priority_comes_first() {
    let scratch = Scratch::new();
    let (mut queue, writer) = (scratch.queue(6, 8).await, scratch.writer());
    for (text, priority) in [("a", 1), ("b", 3), ("c", 0), ("d", 3), ("e", 32_767)] {
        writer.try_send(text.as_bytes(), priority).unwrap();
    }
    for (text, priority) in [("e", 32_767), ("b", 3), ("d", 3), ("a", 1), ("c", 0)] {
        assert_eq!(receive(&mut queue).await.unwrap(), (text.as_bytes().to_vec(), priority));
    }
    let error = writer.try_send(b"f", 32_768).unwrap_err();
    assert_eq!(error.to_string(), "priority 32768 is too high: at most 32767");
    poll_fn(|cx| {
        assert!(queue.poll_receive(cx, &mut [0; 8]).is_pending());
        Poll::Ready(())
    })
    .await;
}

#[tokio::test]
async fn messages_have_a_size_at_most() {
    let scratch = Scratch::new();
    let (mut queue, mut writer) = (scratch.queue(1, 100).await, scratch.writer());
    assert_eq!(writer.attributes(), Attributes { messages: 1, size: 100 });
    assert_eq!(queue.attributes(), writer.attributes());
    let error = send(&mut writer, &[0; 101]).await.unwrap_err();
    assert_eq!(error.to_string(), "a message has 101 bytes, and at most 100 fit into this queue");
    send(&mut writer, &[7; 100]).await.unwrap();
    let error = poll_fn(|cx| queue.poll_receive(cx, &mut [0; 99])).await.unwrap_err();
    assert_eq!(error.to_string(), "a buffer of 99 bytes, where a message may have 100");
    assert_eq!(receive(&mut queue).await.unwrap().0, [7; 100]);
    send(&mut writer, b"").await.unwrap();
    assert_eq!(receive(&mut queue).await.unwrap().0, b"", "an empty message is one");
}
