//! tonic's status to ours and back.

use crate::metadata::{Metadata, ReplyParts};
use crate::status::{Code, Status, rich};

/// Code, message and details are kept; tonic's metadata become trailers of the reply.
///
/// It leaves a handler as it is, also if tonic's client received it: nothing tells it from one that was written there.
///
/// ```
/// use polyrpc_core::{Code, Status};
///
/// let status = Status::from(tonic::Status::not_found("no order 7"));
/// assert_eq!((status.code(), status.message()), (Code::NotFound, "no order 7"));
/// ```
impl From<tonic::Status> for Status {
    fn from(theirs: tonic::Status) -> Status {
        let code = Code::from_number(i64::from(i32::from(theirs.code())));
        let status = rich::decode(Status::new(code, theirs.message().to_owned()), theirs.details());
        if theirs.metadata().is_empty() {
            return status;
        }
        let trailers = Metadata::from_headers(theirs.metadata().clone().into_headers());
        status.with_reply(ReplyParts { trailers, ..ReplyParts::default() })
    }
}

/// Code, message and details are kept, and trailers as metadata.
impl From<Status> for tonic::Status {
    fn from(mut ours: Status) -> tonic::Status {
        let code = tonic::Code::from_i32(i32::from(ours.code().number()));
        let details = rich::encode(&ours).unwrap_or_default();
        let trailers = ours.take_reply().map(|parts| parts.trailers.into_headers()).unwrap_or_default();
        let metadata = tonic::metadata::MetadataMap::from_headers(trailers);
        tonic::Status::with_details_and_metadata(code, ours.message(), details.into(), metadata)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::Detail;

    #[test]
    fn a_status_survives_the_way_there_and_back() {
        for code in Code::ALL {
            let ours =
                Status::new(code, "why").with_detail(Detail::from_any("type.googleapis.com/a.B", &b"x"[..]));
            let theirs = tonic::Status::from(ours);
            assert_eq!(i32::from(theirs.code()), i32::from(code.number()));
            let back = Status::from(theirs);
            assert_eq!((back.code(), back.message()), (code, "why"));
            assert_eq!(back.details()[0].name(), "a.B");
        }
    }

    #[test]
    fn tonics_metadata_become_trailers() {
        let mut theirs = tonic::Status::aborted("again");
        theirs.metadata_mut().insert("x-retry", "7".parse().unwrap());
        let ours = Status::from(theirs);
        let parts = ours.clone().take_reply().unwrap();
        assert_eq!(parts.trailers.get("x-retry"), Some("7"));
        assert_eq!(tonic::Status::from(ours).metadata().get("x-retry").unwrap(), "7");
    }
}
