//! What the tests share.

mod recorder;

pub(crate) use recorder::Recorder;
