//! The one table that maps a status to the numbers of each protocol, and back.

use super::{Code, Status};

/// What the framework itself has to say about a request: the cases that JSON-RPC and XML-RPC number themselves
/// (JSON-RPC 2.0, section 5.1; the XML-RPC fault code interoperability specification).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    /// The body is not what the protocol's syntax asks for.
    Parse,
    /// Well-formed, but not a request.
    InvalidRequest,
    /// No such method.
    MethodNotFound,
    /// The arguments do not decode or do not fit.
    InvalidParams,
    /// The reply cannot be encoded.
    Internal,
}

struct Row {
    number: i64,
    code: Code,
    /// The text that JSON-RPC 2.0 gives the case.
    text: &'static str,
}

/// One row a case, in the order of the enum.
const CASES: [Row; 5] = [
    Row { number: -32700, code: Code::Internal, text: "Parse error" },
    Row { number: -32600, code: Code::Internal, text: "Invalid Request" },
    Row { number: -32601, code: Code::Unimplemented, text: "Method not found" },
    Row { number: -32602, code: Code::InvalidArgument, text: "Invalid params" },
    Row { number: -32603, code: Code::Internal, text: "Internal error" },
];

/// The numbers of all other statuses count down from here by the code's own number.
const BASE: i64 = -32000;

impl Case {
    fn row(self) -> &'static Row {
        &CASES[self as usize]
    }

    /// The text that JSON-RPC 2.0 gives the case.
    pub(crate) fn text(self) -> &'static str {
        self.row().text
    }

    pub(crate) fn code(self) -> Code {
        self.row().code
    }
}

impl Status {
    /// The number of this status in JSON-RPC's `error.code` and XML-RPC's `faultCode`.
    pub(crate) fn number(&self) -> i64 {
        match self.case() {
            Some(case) => case.row().number,
            None => BASE - i64::from(self.code().number()),
        }
    }

    /// Whether `number` is one that we write.
    pub(crate) fn is_own_number(number: i64) -> bool {
        Status::from_number(number, String::new()).code() != Code::Unknown || number == BASE - 2
    }

    /// The status that a JSON-RPC or XML-RPC peer meant by `number`.
    pub(crate) fn from_number(number: i64, message: String) -> Status {
        let own = BASE
            .checked_sub(number)
            .and_then(|n| usize::try_from(n).ok())
            .and_then(|n| Code::ALL.get(n).copied());
        let code = match CASES.iter().find(|row| row.number == number) {
            Some(row) => row.code,
            None => own.filter(|code| *code != Code::Ok).unwrap_or(Code::Unknown),
        };
        Status::new(code, message).with_foreign_number(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page_rows(block: &str) -> Vec<Vec<String>> {
        let page = polyrpc_test_support::Page::read("protocols/status.md");
        let words = ["status", block];
        let rows = page.blocks(&words).flat_map(|block| block.rows());
        rows.map(|row| row.into_iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn the_page_has_every_code_and_case_with_its_numbers() {
        let codes = page_rows("codes");
        assert_eq!(codes.len(), Code::ALL.len());
        for (row, code) in codes.iter().zip(Code::ALL) {
            let number = match code {
                Code::Ok => "-".to_owned(),
                code => Status::new(code, "").number().to_string(),
            };
            assert_eq!(row[..3], [code.name(), &code.number().to_string(), &number]);
        }
        let cases = page_rows("cases");
        assert_eq!(cases.len(), CASES.len());
        for (row, case) in cases.iter().zip(&CASES) {
            assert_eq!(row[..2], [case.number.to_string(), case.code.to_string()]);
        }
        for row in page_rows("foreign") {
            let number = row[0].parse().unwrap();
            let status = Status::from_number(number, String::new());
            assert_eq!((status.code(), status.foreign_number()), (Code::Unknown, Some(number)));
        }
    }

    #[test]
    fn every_code_survives_the_way_through_a_number() {
        for code in Code::ALL.into_iter().skip(1) {
            let number = Status::new(code, "x").number();
            assert_eq!(Status::from_number(number, "x".into()).code(), code, "{number}");
        }
    }

    #[test]
    fn the_frameworks_cases_have_their_own_numbers() {
        let cases =
            [Case::Parse, Case::InvalidRequest, Case::MethodNotFound, Case::InvalidParams, Case::Internal];
        let numbers = [-32700, -32600, -32601, -32602, -32603];
        for (case, number) in cases.into_iter().zip(numbers) {
            let status = Status::of_case(case, "text");
            assert_eq!((status.number(), status.code()), (number, case.code()));
            assert_eq!(Status::from_number(number, String::new()).code(), case.code());
        }
    }

    #[test]
    fn a_foreign_number_is_unknown_and_kept() {
        for number in [-32000, -32017, 1, 42, i64::MIN, i64::MAX] {
            let status = Status::from_number(number, "theirs".into());
            assert_eq!((status.code(), status.foreign_number()), (Code::Unknown, Some(number)));
        }
    }
}
