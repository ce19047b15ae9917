//! Why a whole file, and with it the batch, fails.

/// An entry for a batch's `errors`, of a cause that is not a row's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Published code.
    pub(crate) code: &'static str,
    /// What happened, for people.
    pub(crate) description: String,
}

impl Fault {
    fn new(code: &'static str, description: impl Into<String>) -> Self {
        Self {
            code,
            description: description.into(),
        }
    }

    /// 106: nothing in the file.
    pub(crate) fn empty_file() -> Self {
        Self::new("106", "The dataset file is empty.")
    }

    /// 118: the first line names no columns.
    pub(crate) fn empty_header() -> Self {
        Self::new("118", "The CSV file contains an empty header row.")
    }

    /// 133: nothing was uploaded.
    pub(crate) fn no_files() -> Self {
        Self::new("133", "No files were found for the batch.")
    }

    /// 200 in its second meaning: what the file holds does not fit the declared format or the dataset's schema.
    pub(crate) fn schema(description: impl Into<String>) -> Self {
        Self::new("200", description)
    }

    /// INGEST-1401-400: the file can't be read as what it should be, so there are no rows to point at.
    pub(crate) fn corrupt_file(what: &str) -> Self {
        Self::new(
            "INGEST-1401-400",
            format!("The file is corrupt or unreadable: {what}"),
        )
    }

    /// The batch is over a limit of the platform.
    pub(crate) fn too_large(what: impl Into<String>) -> Self {
        Self::new("INGEST-1002-400", what)
    }

    /// The batch's mapping set can't be carried out. Codes of mapping errors contain MAPPER; the rest is not published
    /// (emulator choice).
    pub(crate) fn mapper(what: impl Into<String>) -> Self {
        Self::new("MAPPER-2000-400", what)
    }

    /// A bug or a broken disk of the emulator, not the data's fault; `err-` is the published placeholder form.
    pub(crate) fn internal(what: impl std::fmt::Display) -> Self {
        Self::new(
            "err-500",
            format!("the emulator could not process the batch: {what}"),
        )
    }

    pub(crate) fn io(error: &std::io::Error) -> Self {
        Self::internal(error)
    }

    /// The same, with the name of the file in front.
    pub(crate) fn in_file(mut self, name: &str) -> Self {
        self.description = format!("{name}: {}", self.description);
        self
    }
}
