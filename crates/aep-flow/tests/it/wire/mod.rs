//! Every request is the one that is documented: method, path, query, headers, body.

mod connections;
mod errors;
