//! Every request is the one that is documented: method, path, query, headers, body.

mod connections;
mod errors;
mod exports;
mod flows;
mod lake;
mod mapping;
mod paging;
mod pipelines;
mod runs;
mod sources;
mod specs;
mod targets;
