//! aep-ingest
