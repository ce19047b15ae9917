//! The emulator answers by the documents in `spec/`: every operation of each of them is sent, first as it ought to be, with ids
//! that exist, then wrong in many ways, and status and body are compared with what the document says. That spec, client and
//! emulator can't drift apart rests on this.

mod batches;
mod call;
mod catalog;
mod document;
mod flows;
mod registry;
mod schema;
mod small;
mod suite;
mod wrong;
