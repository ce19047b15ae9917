//! Batch ingestion: `ERR-BI-nnn` codes. The full body is unpublished; this shape is the emulator's choice.

use super::{Problem, catalog, placeholder};

/// An error with one of the service's codes as title.
pub(crate) fn coded(status: u16, code: &str, detail: &str) -> Problem {
    placeholder(status, code, detail)
}

/// 428: the batch's state does not allow the action.
pub(crate) fn wrong_state(detail: &str) -> Problem {
    coded(428, "ERR-BI-104", detail)
}

/// 400: the dataset's storage format does not take batches.
pub(crate) fn wrong_format() -> Problem {
    coded(
        400,
        "ERR-BI-106",
        "batch ingestion format not compatible with storage format",
    )
}

/// An error without a code of its own.
pub(crate) fn with_status(status: u16, detail: &str) -> Problem {
    catalog::with_status(status, detail)
}
