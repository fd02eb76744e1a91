//! `system.multicall`: many calls in one request, one after the other. Each passes the upper waist by itself.

use std::ops::Range;

use super::fault;
use super::introspect::MULTICALL;
use super::reply::Answer;
use super::server::{Exchange, Written, invalid_params};
use crate::codec::xml::{
    MULTICALL_HEAD, MULTICALL_TAIL, RESPONSE_HEAD, RESULT_HEAD, RESULT_TAIL, parse_entry, parse_multicall,
    write_fault_value,
};
use crate::status::Status;

impl Exchange<'_> {
    /// Runs the calls in their order. One that fails has a fault for its result, and the others run on.
    pub(super) async fn multicall(&self, params: Range<usize>) -> Result<Answer, Status> {
        let limit = self.host.limits.multicall;
        let start = params.start;
        let entries = parse_multicall(self.body.get(params).unwrap_or_default(), limit)
            .map_err(|error| invalid_params(error.message()))?;
        if entries.len() > limit {
            return Err(Status::resource_exhausted(format!(
                "the multicall has more calls than the limit of {limit}"
            )));
        }
        let mut out = [RESPONSE_HEAD, MULTICALL_HEAD].concat();
        let mut beside = Vec::new();
        for entry in entries {
            let parts = match self.entry(start + entry.start..start + entry.end).await {
                Ok((text, parts)) => {
                    out.extend_from_slice(&text);
                    out.extend_from_slice(RESULT_TAIL);
                    parts
                }
                Err(mut status) => {
                    write_fault_value(fault::code(&status), status.message(), &mut out);
                    status.take_reply()
                }
            };
            beside.extend(parts);
        }
        out.extend_from_slice(MULTICALL_TAIL);
        Ok(Answer::result(out, beside))
    }

    async fn entry(&self, entry: Range<usize>) -> Result<Written, Status> {
        let text = self.body.get(entry.clone()).unwrap_or_default();
        let call = parse_entry(text).map_err(|error| invalid_params(error.message()))?;
        if call.method == MULTICALL && self.route(MULTICALL).is_none() {
            return Err(invalid_params("a multicall inside a multicall"));
        }
        let params = entry.start + call.params.start..entry.start + call.params.end;
        self.run(&call.method, params, RESULT_HEAD).await
    }
}
