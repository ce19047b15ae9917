//! Codes in a batch's errors: what they mean and what to do.
//!
//! Adobe publishes them on several pages, some only in its forum; the texts here are ours.

/// What is known about a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// What has happened.
    pub meaning: &'static str,
    /// What to do about it.
    pub advice: &'static str,
}

const CONSTRAINT: &str =
    "`aep schema validate FILE --schema ID` finds such rows before they are sent";
const DIAGNOSE: &str = "`aep batch errors ID --to DIR` fetches the rows that failed";

const TABLE: &[(&str, &str, &str)] = &[
    (
        "106",
        "a file of the batch is empty",
        "leave empty files out",
    ),
    (
        "118",
        "a CSV file has an empty header line",
        "give every column a name in the first line",
    ),
    (
        "124",
        "a timestamp can't be read",
        "write date-times as 2026-01-31T12:00:00Z, with a T and not a space between date and time",
    ),
    (
        "133",
        "the batch was completed without files",
        "upload at least one file before completing",
    ),
    (
        "140",
        "this batch was ingested already; the second copy is refused on purpose",
        "nothing: the data is in the dataset",
    ),
    (
        "200",
        "the data does not have the format that the batch declares, or it does not fit the schema",
        "check that the files are what the batch says they are (`aep ingest` looks at their content)",
    ),
    (
        "300",
        "the batch is stalled",
        "wait; if it lasts, ask Adobe's support with the batch id",
    ),
    (
        "400",
        "chunks of a large file are missing or overlap",
        "upload the file again",
    ),
    (
        "INGEST-1211-400",
        "rows failed, and nothing was kept about them",
        "ingest again with `--diagnostics`, then `aep batch errors ID --to DIR` shows the rows",
    ),
    (
        "INGEST-1212-400",
        "some rows failed, and what is known about them was kept",
        DIAGNOSE,
    ),
    (
        "INGEST-1401-400",
        "rows are damaged and can't be read",
        DIAGNOSE,
    ),
    (
        "INGEST-1555-400",
        "a required field is missing or null",
        CONSTRAINT,
    ),
    (
        "INGEST-1554-400",
        "rows could not be ingested; Adobe does not publish more about this code",
        DIAGNOSE,
    ),
    (
        "INGEST-1002-400",
        "the upload was faulty; Adobe does not publish more about this code",
        "upload the files again",
    ),
    (
        "DCVS-1101-400",
        "a value is null where the schema wants one",
        CONSTRAINT,
    ),
    ("DCVS-1104-400", "a value has the wrong type", CONSTRAINT),
    (
        "DCVS-1105-400",
        "a value does not have the format that the schema asks for",
        CONSTRAINT,
    ),
    (
        "DCVS-1106-400",
        "a value is none of those that the schema lists",
        CONSTRAINT,
    ),
    ("DCVS-1111-400", "a required field is missing", CONSTRAINT),
];

/// What is known about `code`, or about what `description` says.
pub fn look_up(code: &str, description: &str) -> Option<Known> {
    let listed = TABLE.iter().find(|(known, ..)| *known == code);
    if let Some((_, meaning, advice)) = listed {
        return Some(Known { meaning, advice });
    }
    if code.contains("DPMAP") || code.contains("MAPPER") {
        return Some(Known {
            meaning: "the mapping of the dataflow failed for rows",
            advice: "compare the fields named in the text with the mapping set",
        });
    }
    if description.contains("TypeCompatibilityException") {
        return Some(Known {
            meaning: "a value has a type that can't be converted to the one in the schema",
            advice: CONSTRAINT,
        });
    }
    None
}
