//! aep-gen
