//! Methods that return what they get, methods that fail, and methods that stream.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use polyrpc::{Code, Context, Result, Status, Streaming, service};
use serde_json::Value;

use super::types::{Colour, EchoError, Nested, Shape};
use super::watch::Cancellations;

/// How many texts are kept for `notified`.
const KEPT: usize = 10_000;

/// The largest blob, in bytes.
const LARGEST: u64 = 64 << 20;

/// Returns what it gets.
#[service(package = "polyrpc.conformance.v1")]
pub(crate) trait Echo {
    async fn echo_bool(&self, value: bool) -> Result<bool>;
    async fn echo_i32(&self, value: i32) -> Result<i32>;
    async fn echo_u32(&self, value: u32) -> Result<u32>;
    async fn echo_i64(&self, value: i64) -> Result<i64>;
    async fn echo_u64(&self, value: u64) -> Result<u64>;
    async fn echo_f64(&self, value: f64) -> Result<f64>;
    async fn echo_string(&self, value: String) -> Result<String>;
    async fn echo_bytes(&self, value: Vec<u8>) -> Result<Vec<u8>>;
    async fn echo_timestamp(&self, value: SystemTime) -> Result<SystemTime>;
    async fn echo_duration(&self, value: Duration) -> Result<Duration>;
    async fn echo_option(&self, value: Option<String>) -> Result<Option<String>>;
    async fn echo_list(&self, value: Vec<i64>) -> Result<Vec<i64>>;
    async fn echo_map(&self, value: BTreeMap<String, i64>) -> Result<BTreeMap<String, i64>>;
    async fn echo_unit_enum(&self, value: Colour) -> Result<Colour>;
    async fn echo_data_enum(&self, value: Shape) -> Result<Shape>;
    async fn echo_struct(&self, value: Nested) -> Result<Nested>;
    async fn echo_value(&self, value: Value) -> Result<Value>;
    /// The sum of two numbers.
    async fn sum(&self, a: i64, b: i64) -> Result<i64>;
    /// The parts as one text, with the separator between them.
    async fn concat(&self, parts: Vec<String>, separator: Option<String>) -> Result<String>;
    /// Fails with a canonical code, `NOT_FOUND` say.
    async fn fail(&self, code: String, message: String) -> Result<()>;
    /// Fails with a typed error.
    async fn fail_typed(&self, id: u64) -> Result<(), EchoError>;
    /// Answers after so many milliseconds.
    async fn sleep(&self, millis: u64) -> Result<()>;
    /// The caller's own metadata; binary values as base64.
    async fn metadata(&self, cx: &Context) -> Result<BTreeMap<String, String>>;
    /// Keeps a text for `notified`.
    #[rpc(oneway)]
    async fn notify(&self, value: String) -> Result<()>;
    /// The texts that were notified, the oldest first.
    async fn notified(&self) -> Result<Vec<String>>;
    /// How many bytes came.
    async fn size(&self, data: &[u8]) -> Result<u64>;
    /// So many zeros.
    async fn blob(&self, len: u64) -> Result<Vec<u8>>;
    /// 0 to `n` - 1, with so many milliseconds between one and the next.
    async fn count(&self, n: u64, interval_millis: Option<u64>) -> Result<Streaming<u64>>;
    /// The sum of all values.
    async fn collect(&self, values: Streaming<u64>) -> Result<u64>;
    /// Each line in upper case, as it comes.
    async fn chat(&self, lines: Streaming<String>) -> Result<Streaming<String>>;
    /// 0 to `n` - 1, and then a typed error.
    async fn fail_after(&self, n: u64) -> Result<Streaming<u64, EchoError>, EchoError>;
    /// How many calls of `count`, `chat` and `sleep` were dropped before their end, since the start.
    async fn observed_cancellations(&self) -> Result<u64>;
}

/// The implementation.
#[derive(Default)]
pub(crate) struct Echoing {
    heard: Mutex<Vec<String>>,
    cancellations: Cancellations,
}

impl Echo for Echoing {
    async fn echo_bool(&self, value: bool) -> Result<bool> {
        Ok(value)
    }

    async fn echo_i32(&self, value: i32) -> Result<i32> {
        Ok(value)
    }

    async fn echo_u32(&self, value: u32) -> Result<u32> {
        Ok(value)
    }

    async fn echo_i64(&self, value: i64) -> Result<i64> {
        Ok(value)
    }

    async fn echo_u64(&self, value: u64) -> Result<u64> {
        Ok(value)
    }

    async fn echo_f64(&self, value: f64) -> Result<f64> {
        Ok(value)
    }

    async fn echo_string(&self, value: String) -> Result<String> {
        Ok(value)
    }

    async fn echo_bytes(&self, value: Vec<u8>) -> Result<Vec<u8>> {
        Ok(value)
    }

    async fn echo_timestamp(&self, value: SystemTime) -> Result<SystemTime> {
        Ok(value)
    }

    async fn echo_duration(&self, value: Duration) -> Result<Duration> {
        Ok(value)
    }

    async fn echo_option(&self, value: Option<String>) -> Result<Option<String>> {
        Ok(value)
    }

    async fn echo_list(&self, value: Vec<i64>) -> Result<Vec<i64>> {
        Ok(value)
    }

    async fn echo_map(&self, value: BTreeMap<String, i64>) -> Result<BTreeMap<String, i64>> {
        Ok(value)
    }

    async fn echo_unit_enum(&self, value: Colour) -> Result<Colour> {
        Ok(value)
    }

    async fn echo_data_enum(&self, value: Shape) -> Result<Shape> {
        Ok(value)
    }

    async fn echo_struct(&self, value: Nested) -> Result<Nested> {
        Ok(value)
    }

    async fn echo_value(&self, value: Value) -> Result<Value> {
        Ok(value)
    }

    async fn sum(&self, a: i64, b: i64) -> Result<i64> {
        a.checked_add(b).ok_or_else(|| Status::out_of_range("the sum is beyond 64 bits"))
    }

    async fn concat(&self, parts: Vec<String>, separator: Option<String>) -> Result<String> {
        Ok(parts.join(separator.as_deref().unwrap_or_default()))
    }

    async fn fail(&self, code: String, message: String) -> Result<()> {
        match Code::from_name(&code) {
            Some(code) if code != Code::Ok => Err(Status::new(code, message)),
            _ => Err(Status::invalid_argument(format!("`{code}` is no code of a failure"))),
        }
    }

    async fn fail_typed(&self, id: u64) -> Result<(), EchoError> {
        Err(EchoError::Typed { id })
    }

    async fn sleep(&self, millis: u64) -> Result<()> {
        let watched = self.cancellations.watch();
        tokio::time::sleep(Duration::from_millis(millis)).await;
        watched.end();
        Ok(())
    }

    async fn metadata(&self, cx: &Context) -> Result<BTreeMap<String, String>> {
        Ok(cx.metadata().iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect())
    }

    async fn notify(&self, value: String) -> Result<()> {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        if heard.len() == KEPT {
            heard.remove(0);
        }
        heard.push(value);
        Ok(())
    }

    async fn notified(&self) -> Result<Vec<String>> {
        Ok(self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    async fn size(&self, data: &[u8]) -> Result<u64> {
        Ok(data.len() as u64)
    }

    async fn blob(&self, len: u64) -> Result<Vec<u8>> {
        match usize::try_from(len) {
            Ok(size) if len <= LARGEST => Ok(vec![0; size]),
            _ => Err(Status::resource_exhausted(format!(
                "a blob of {len} bytes is over the limit of {LARGEST}"
            ))),
        }
    }

    async fn count(&self, n: u64, interval_millis: Option<u64>) -> Result<Streaming<u64>> {
        let watched = self.cancellations.watch();
        let interval = interval_millis.filter(|millis| *millis > 0).map(Duration::from_millis);
        Ok(Streaming::produce(async move |out| {
            for i in 0..n {
                if let (Some(interval), 1..) = (interval, i) {
                    tokio::time::sleep(interval).await;
                }
                out.send(i).await;
            }
            watched.end();
            Ok(())
        }))
    }

    async fn collect(&self, mut values: Streaming<u64>) -> Result<u64> {
        let mut sum = 0_u64;
        while let Some(value) = values.message().await? {
            sum = sum.checked_add(value).ok_or_else(|| Status::out_of_range("the sum is beyond 64 bits"))?;
        }
        Ok(sum)
    }

    async fn chat(&self, mut lines: Streaming<String>) -> Result<Streaming<String>> {
        let watched = self.cancellations.watch();
        Ok(Streaming::produce(async move |out| {
            while let Some(line) = lines.message().await? {
                out.send(line.to_uppercase()).await;
            }
            watched.end();
            Ok(())
        }))
    }

    async fn fail_after(&self, n: u64) -> Result<Streaming<u64, EchoError>, EchoError> {
        Ok(Streaming::produce(async move |out| {
            for i in 0..n {
                out.send(i).await;
            }
            Err(EchoError::Typed { id: n })
        }))
    }

    async fn observed_cancellations(&self) -> Result<u64> {
        Ok(self.cancellations.observed())
    }
}
