//! aep-core
