//! The platform's limits: one dated table, used by the planner, the emulator and `aep limits`.
//!
//! Adobe publishes these figures on pages that change and sometimes contradict each other; every row says where it is
//! from and when it was read.

/// The day on which the sources were read.
pub const AS_OF: &str = "2026-11-22";

/// How a limit shows itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enforced {
    /// Passing it is refused.
    Hard,
    /// Adobe recommends it; nothing is refused, but it may be slow or fail.
    Guidance,
}

impl Enforced {
    /// `hard` or `guidance`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hard => "hard",
            Self::Guidance => "guidance",
        }
    }
}

/// One limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limit {
    /// A short name that does not change, `batch-files`.
    pub name: &'static str,
    /// The figure.
    pub value: u64,
    /// What it counts: `bytes`, `files`, `items`, `characters`, `seconds`, …
    pub unit: &'static str,
    /// The service it belongs to.
    pub service: &'static str,
    /// Where it is published.
    pub source: &'static str,
    /// When that was read, `YYYY-MM-DD`.
    pub as_of: &'static str,
    /// Whether it is refused or only advised.
    pub enforced: Enforced,
    /// What else to know, in one sentence; may be empty.
    pub note: &'static str,
}

/// Files in one batch.
pub const BATCH_FILES: u64 = 1_500;
/// Bytes of one batch (100 GB).
pub const BATCH_BYTES: u64 = 100_000_000_000;
/// Bytes from which a batch is said to be of a good size (256 MB).
pub const BATCH_BYTES_RECOMMENDED: u64 = 256_000_000;
/// Bytes of a file sent in one PUT. Adobe says 256 MB without saying which MB; the smaller reading is safe under both.
pub const SINGLE_PUT_BYTES: u64 = 256_000_000;
/// The larger reading of the same limit (256 MiB): what the emulator enforces.
pub const SINGLE_PUT_BYTES_MOST: u64 = 268_435_456;
/// Bytes of one chunk of a large file.
pub const CHUNK_BYTES: u64 = 512_000_000;
/// Bytes of one request to an inlet. Adobe says 1 MB; as above, the smaller reading.
pub const STREAM_BYTES: u64 = 1_000_000;
/// Bytes of one record in a request to an inlet, as Adobe advises.
pub const STREAM_RECORD_BYTES: u64 = 10_000;
/// Messages that an inlet checks on arrival in a minute.
pub const STREAM_SYNC_PER_MINUTE: u64 = 60;
/// Characters of an address; beyond it the gateway answers 414.
pub const URL_CHARS: u64 = 2_000;
/// Properties of one row.
pub const ROW_PROPERTIES: u64 = 10_000;
/// Batches a minute per user on the data lake.
pub const BATCHES_PER_MINUTE: u64 = 2_000;
/// The same in older pages of Adobe's. Who stays below keeps both.
pub const BATCHES_PER_MINUTE_LEAST: u32 = 138;
/// Bytes an hour through the API, as Adobe advises.
pub const API_BYTES_PER_HOUR: u64 = 20_000_000_000;
/// Bytes an hour through sources, the landing zone among them, as Adobe advises.
pub const SOURCE_BYTES_PER_HOUR: u64 = 200_000_000_000;
/// Batches a day with rows for profiles, as Adobe advises.
pub const PROFILE_BATCHES_PER_DAY: u64 = 90;
/// Bytes of the smallest file; an empty one fails the batch with code 106.
pub const FILE_BYTES_LEAST: u64 = 1;
/// Objects in a page of Catalog when nothing is asked for.
pub const CATALOG_PAGE_DEFAULT: u64 = 20;
/// Objects in a page of Catalog at most.
pub const CATALOG_PAGE: u64 = 100;
/// Objects in a page of Catalog at most when `observableSchema` is among the properties.
pub const CATALOG_PAGE_OBSERVABLE_SCHEMA: u64 = 20;
/// Entries in a page of Data Access, by default and at most.
pub const DATA_ACCESS_PAGE: u64 = 100;
/// Seconds after which Data Access cuts an answer off: use ranges for large files.
pub const DATA_ACCESS_SECONDS: u64 = 60;
/// Entries in a page of the Schema Registry, whatever is asked for.
pub const SCHEMA_REGISTRY_PAGE: u64 = 300;
/// Seconds that an access token lives.
pub const TOKEN_SECONDS: u64 = 86_400;

const SEED: &str = "Adobe, Batch ingestion overview";
const GUARDRAILS: &str = "Experience League, Guardrails for data ingestion";
const SPEC_BATCH: &str = "Adobe, OpenAPI document of batch ingestion";

macro_rules! limits {
    ($($name:literal $value:expr, $unit:literal, $service:literal, $enforced:ident, $source:expr, $note:literal;)*) => {
        &[$(Limit {
            name: $name,
            value: $value,
            unit: $unit,
            service: $service,
            source: $source,
            as_of: AS_OF,
            enforced: Enforced::$enforced,
            note: $note,
        }),*]
    };
}

/// All limits, by service.
pub const LIMITS: &[Limit] = limits! {
    "batch-files" BATCH_FILES, "files", "batch ingestion", Hard, SEED, "";
    "batch-bytes" BATCH_BYTES, "bytes", "batch ingestion", Hard, SEED, "100 GB; for batch sources it holds for compressed and uncompressed data";
    "batch-bytes-recommended" BATCH_BYTES_RECOMMENDED, "bytes", "batch ingestion", Guidance, GUARDRAILS, "smaller batches are slow to process";
    "single-put-bytes" SINGLE_PUT_BYTES, "bytes", "batch ingestion", Hard, SPEC_BATCH, "256 MB, unit not defined by Adobe; larger files go in chunks";
    "chunk-bytes" CHUNK_BYTES, "bytes", "batch ingestion", Hard, SPEC_BATCH, "";
    "file-bytes-least" FILE_BYTES_LEAST, "bytes", "batch ingestion", Hard, GUARDRAILS, "an empty file fails the batch with code 106";
    "row-properties" ROW_PROPERTIES, "properties", "batch ingestion", Hard, SEED, "";
    "batches-per-minute" BATCHES_PER_MINUTE, "batches per minute", "batch ingestion", Guidance, SEED, "per user; older pages say 138";
    "api-bytes-per-hour" API_BYTES_PER_HOUR, "bytes per hour", "batch ingestion", Guidance, GUARDRAILS, "through the API";
    "source-bytes-per-hour" SOURCE_BYTES_PER_HOUR, "bytes per hour", "sources", Guidance, GUARDRAILS, "through batch sources";
    "diagnostics-days" 30, "days", "batch ingestion", Hard, "Experience League, Retrieving error diagnostics", "how long diagnostics are kept";
    "stream-bytes" STREAM_BYTES, "bytes", "streaming ingestion", Hard, GUARDRAILS, "1 MB, unit not defined by Adobe; one request, beyond it 413";
    "stream-record-bytes" STREAM_RECORD_BYTES, "bytes", "streaming ingestion", Guidance, GUARDRAILS, "one record";
    "stream-sync-per-minute" STREAM_SYNC_PER_MINUTE, "requests per minute", "streaming ingestion", Hard, "Experience League, Streaming validation", "with syncValidation, per connection";
    "url-characters" URL_CHARS, "characters", "gateway", Hard, SPEC_BATCH, "beyond it 414";
    "token-seconds" TOKEN_SECONDS, "seconds", "ims", Hard, "Adobe Developer Console documentation", "life of an access token";
    "catalog-page-default" CATALOG_PAGE_DEFAULT, "objects", "catalog", Hard, "Adobe, ETL integration guide", "when no limit is given";
    "catalog-page" CATALOG_PAGE, "objects", "catalog", Hard, "Adobe, ETL integration guide", "limit=0 is refused";
    "catalog-page-observable-schema" CATALOG_PAGE_OBSERVABLE_SCHEMA, "objects", "catalog", Hard, "Adobe, ETL integration guide", "with observableSchema among the properties";
    "data-access-page" DATA_ACCESS_PAGE, "files", "data access", Hard, "Adobe, OpenAPI document of Data Access", "by default and at most";
    "data-access-seconds" DATA_ACCESS_SECONDS, "seconds", "data access", Hard, "Experience League, Data Access", "an answer is cut off after it: use ranges";
    "schema-registry-page" SCHEMA_REGISTRY_PAGE, "resources", "schema registry", Hard, "Experience League, Schema Registry API", "whatever limit is asked for";
    "profile-record-bytes" 100_000, "bytes", "real-time customer profile", Hard, GUARDRAILS, "one record";
    "profile-event-bytes" 10_000, "bytes", "real-time customer profile", Hard, GUARDRAILS, "one event";
    "profile-batches-per-day" PROFILE_BATCHES_PER_DAY, "batches per day", "real-time customer profile", Guidance, GUARDRAILS, "profile and event batches together";
    "flow-service-configs-page" 100, "datasets", "flow service", Hard, "Adobe, OpenAPI document of destinations", "default 20";
};

/// The limit of that name.
pub fn find(name: &str) -> Option<&'static Limit> {
    LIMITS.iter().find(|limit| limit.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_every_row_has_a_source_and_a_date() {
        for (n, limit) in LIMITS.iter().enumerate() {
            assert!(
                limit.value > 0 && !limit.source.is_empty() && limit.as_of.len() == 10,
                "{limit:?}"
            );
            assert!(
                LIMITS[n + 1..].iter().all(|other| other.name != limit.name),
                "{} is there twice",
                limit.name
            );
        }
    }

    #[test]
    fn the_constants_are_the_rows() {
        for (name, value) in [
            ("batch-files", BATCH_FILES),
            ("batch-bytes", BATCH_BYTES),
            ("single-put-bytes", SINGLE_PUT_BYTES),
            ("chunk-bytes", CHUNK_BYTES),
            ("stream-bytes", STREAM_BYTES),
            ("url-characters", URL_CHARS),
        ] {
            assert_eq!(find(name).map(|limit| limit.value), Some(value), "{name}");
        }
    }
}
