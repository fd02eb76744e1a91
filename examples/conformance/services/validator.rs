//! The methods of the XML-RPC validation suite.

use std::collections::BTreeMap;
use std::time::SystemTime;

use polyrpc::{Message, Result, Status, service};
use serde_json::Value;

/// Three numbers under three names.
#[derive(Message, Clone, Copy, Debug)]
pub(crate) struct Stooges {
    moe: i64,
    larry: i64,
    curly: i64,
}

/// How often characters occur that markup escapes.
#[derive(Message, Clone, Copy, Debug, Default)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entities {
    ct_left_angle_brackets: i64,
    ct_right_angle_brackets: i64,
    ct_ampersands: i64,
    ct_apostrophes: i64,
    ct_quotes: i64,
}

/// Multiples of a number.
#[derive(Message, Clone, Copy, Debug)]
pub(crate) struct Multiples {
    times10: i64,
    times100: i64,
    times1000: i64,
}

/// Days of months of years.
type Calendar = BTreeMap<String, BTreeMap<String, BTreeMap<String, Stooges>>>;

/// One of each type of XML-RPC.
type ManyTypes = (i64, bool, String, f64, SystemTime, Vec<u8>);

/// The XML-RPC validation suite, as its specification describes it.
#[service(package = "polyrpc.conformance.v1", short = "validator1", rename_all = "camelCase")]
pub(crate) trait Validator {
    /// The sum of all elements' `curly`.
    async fn array_of_structs_test(&self, array: Vec<Stooges>) -> Result<i64>;
    /// How often `<`, `>`, `&`, `'` and `"` occur.
    async fn count_the_entities(&self, text: &str) -> Result<Entities>;
    /// The sum of the three members.
    async fn easy_struct_test(&self, stooges: Stooges) -> Result<i64>;
    /// The struct itself.
    async fn echo_struct_test(&self, value: BTreeMap<String, Value>) -> Result<BTreeMap<String, Value>>;
    /// The six values as an array.
    async fn many_types_test(
        &self,
        number: i64,
        boolean: bool,
        string: String,
        double: f64,
        date_time: SystemTime,
        base64: Vec<u8>,
    ) -> Result<ManyTypes>;
    /// The first and the last element as one text.
    async fn moderate_size_array_check(&self, array: Vec<String>) -> Result<String>;
    /// The sum of the three members on the first of April 2000.
    async fn nested_struct_test(&self, calendar: Calendar) -> Result<i64>;
    /// The number times 10, 100 and 1000.
    async fn simple_struct_return_test(&self, number: i64) -> Result<Multiples>;
}

/// The implementation.
pub(crate) struct Validating;

impl Stooges {
    fn sum(self) -> i64 {
        self.moe.wrapping_add(self.larry).wrapping_add(self.curly)
    }
}

impl Validator for Validating {
    async fn array_of_structs_test(&self, array: Vec<Stooges>) -> Result<i64> {
        Ok(array.iter().fold(0, |sum, stooges| sum.wrapping_add(stooges.curly)))
    }

    async fn count_the_entities(&self, text: &str) -> Result<Entities> {
        let mut counts = Entities::default();
        for c in text.chars() {
            match c {
                '<' => counts.ct_left_angle_brackets += 1,
                '>' => counts.ct_right_angle_brackets += 1,
                '&' => counts.ct_ampersands += 1,
                '\'' => counts.ct_apostrophes += 1,
                '"' => counts.ct_quotes += 1,
                _ => {}
            }
        }
        Ok(counts)
    }

    async fn easy_struct_test(&self, stooges: Stooges) -> Result<i64> {
        Ok(stooges.sum())
    }

    async fn echo_struct_test(&self, value: BTreeMap<String, Value>) -> Result<BTreeMap<String, Value>> {
        Ok(value)
    }

    async fn many_types_test(
        &self,
        number: i64,
        boolean: bool,
        string: String,
        double: f64,
        date_time: SystemTime,
        base64: Vec<u8>,
    ) -> Result<ManyTypes> {
        Ok((number, boolean, string, double, date_time, base64))
    }

    async fn moderate_size_array_check(&self, array: Vec<String>) -> Result<String> {
        match array.as_slice() {
            [] => Err(Status::invalid_argument("an array without elements")),
            [first, ..] => Ok(format!("{first}{}", array.last().unwrap_or(first))),
        }
    }

    async fn nested_struct_test(&self, calendar: Calendar) -> Result<i64> {
        let day = calendar.get("2000").and_then(|year| year.get("04")).and_then(|month| month.get("01"));
        day.map(|day| day.sum()).ok_or_else(|| Status::not_found("there is no 1 April 2000"))
    }

    async fn simple_struct_return_test(&self, number: i64) -> Result<Multiples> {
        let times = |factor| number.wrapping_mul(factor);
        Ok(Multiples { times10: times(10), times100: times(100), times1000: times(1000) })
    }
}
