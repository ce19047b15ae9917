//! Every request is the one that is documented: method, path, query, headers, body.

mod connections;
mod errors;
mod flows;
mod lake;
mod paging;
mod runs;
mod sources;
mod specs;
mod targets;
