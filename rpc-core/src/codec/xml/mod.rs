//! XML-RPC's values and documents: bytes to typed values and back, by serde's traits.
//!
//! The wire form is the XML-RPC specification's (<http://xmlrpc.com/spec.md>) with the extensions `nil`
//! (<https://web.archive.org/web/20050911054235/http://ontosys.com/xml-rpc/extensions.php>) and `i8`; what Apache's
//! library adds under its own namespace is read too. Every decision stands, with an example, in
//! `docs/protocols/xmlrpc.md`.

mod base64;
mod de;
mod differential;
mod document;
mod error;
mod lexer;
mod ser;
#[cfg(test)]
mod tests;
mod typed;

pub use de::{ParamsReader, read_value, read_value_seed};
#[doc(hidden)]
pub use differential::differential;
pub use document::{
    Array, Batch, CALL_TAIL, Call, MULTICALL_HEAD, MULTICALL_TAIL, RESPONSE_HEAD, RESPONSE_TAIL, RESULT_HEAD,
    RESULT_TAIL, Response, check_well_formed, parse_array, parse_batch, parse_call, parse_entry, parse_id,
    parse_multicall, parse_next, parse_open, parse_response, parse_stream_argument, write_call_head,
    write_close, write_fault, write_fault_value, write_next, write_open,
};
pub use error::XmlError;
pub use ser::{ParamsWriter, write_value};
pub(super) use typed::{read, read_args, write, write_positions};

/// How deep values may stand in each other: the number of `<value>` elements around and with the innermost.
const MAX_DEPTH: usize = 128;

/// Which extensions of XML-RPC the peer knows.
///
/// # Examples
/// ```
/// # use polyrpc_core::codec::xml::{Dialect, write_value};
/// let mut out = Vec::new();
/// assert!(write_value(&5_000_000_000_i64, &mut out, Dialect::PLAIN).unwrap_err().is_unsupported());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Dialect {
    /// `<nil/>`; without it an empty string stands for nil.
    pub nil: bool,
    /// `<i8>`; without it integers beyond 32 bits are refused.
    pub i8: bool,
}

impl Dialect {
    /// With both extensions.
    pub const EXTENDED: Self = Self { nil: true, i8: true };
    /// The specification alone.
    pub const PLAIN: Self = Self { nil: false, i8: false };
}

impl Default for Dialect {
    fn default() -> Self {
        Self::EXTENDED
    }
}
