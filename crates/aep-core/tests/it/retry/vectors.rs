//! The table: what the server does in turn, and what must come of it.

use aep_core::ErrorKind::{
    Conflict, Forbidden, Limit, NotFound, Other, Protocol, RateLimited, Rejected, Unavailable,
};
use aep_core::{ErrorKind, Safety};

use crate::server::Reply;

/// One row: what the server does in turn, whether the operation may be repeated, how many requests it must see, and the
/// kind of the error if it must fail.
pub(super) struct Vector {
    pub(super) name: &'static str,
    pub(super) replies: Vec<Reply>,
    pub(super) safety: Safety,
    pub(super) requests: usize,
    pub(super) error: Option<ErrorKind>,
}

fn vector(
    name: &'static str,
    safety: Safety,
    replies: Vec<Reply>,
    requests: usize,
    error: impl Into<Option<ErrorKind>>,
) -> Vector {
    Vector {
        name,
        replies,
        safety,
        requests,
        error: error.into(),
    }
}

pub(super) fn vectors() -> Vec<Vector> {
    use Safety::{NotRepeatable as Once, Repeatable as Again};
    let ok = || Reply::status(200);
    let s = Reply::status;
    let after = |status: u16, value: &str| Reply::status(status).with("Retry-After", value);
    let past = "Sun, 22 Nov 2020 11:00:00 GMT";
    let far = "Sun, 22 Nov 2099 11:00:00 GMT";
    vec![
        // The answer is there at once.
        vector("200", Again, vec![ok()], 1, None),
        vector("201 of a create", Once, vec![s(201)], 1, None),
        vector("204", Again, vec![s(204)], 1, None),
        vector("207 is an answer", Again, vec![s(207)], 1, None),
        // Transient statuses of what may be repeated.
        vector("408", Again, vec![s(408), ok()], 2, None),
        vector("500", Again, vec![s(500), ok()], 2, None),
        vector("502", Again, vec![s(502), ok()], 2, None),
        vector("503", Again, vec![s(503), ok()], 2, None),
        vector("504", Again, vec![s(504), ok()], 2, None),
        vector(
            "different ones in a row",
            Again,
            vec![s(503), s(429), s(502), s(504), ok()],
            5,
            None,
        ),
        vector("503 until the end", Again, vec![s(503)], 5, Unavailable),
        vector("504 until the end", Again, vec![s(504)], 5, Unavailable),
        vector("500 twice", Again, vec![s(500), s(500), ok()], 3, None),
        vector(
            "500 three times is enough",
            Again,
            vec![s(500), s(500), s(500), ok()],
            3,
            Unavailable,
        ),
        vector(
            "500s and others count apart",
            Again,
            vec![s(500), s(503), s(500), s(503), ok()],
            5,
            None,
        ),
        // The same for a create: it may have happened.
        vector("408 of a create", Once, vec![s(408), ok()], 1, Unavailable),
        vector("500 of a create", Once, vec![s(500), ok()], 1, Unavailable),
        vector("502 of a create", Once, vec![s(502), ok()], 1, Unavailable),
        vector("503 of a create", Once, vec![s(503), ok()], 1, Unavailable),
        vector(
            "503 with Retry-After of a create",
            Once,
            vec![after(503, "0"), ok()],
            1,
            Unavailable,
        ),
        vector("504 of a create", Once, vec![s(504), ok()], 1, Unavailable),
        // Throttling: nothing was processed.
        vector("429", Again, vec![s(429), ok()], 2, None),
        vector("429 of a create", Once, vec![s(429), ok()], 2, None),
        // 100 retries of 5 are what the quota allows.
        vector("429 until the end", Again, vec![s(429)], 101, RateLimited),
        vector(
            "429 until the end of a create",
            Once,
            vec![s(429)],
            101,
            RateLimited,
        ),
        vector(
            "429, then 503 of a create",
            Once,
            vec![s(429), s(503), ok()],
            2,
            Unavailable,
        ),
        vector(
            "a long storm that passes",
            Again,
            [vec![s(429); 60], vec![ok()]].concat(),
            61,
            None,
        ),
        vector(
            "a storm that turns into failures",
            Again,
            [vec![s(429); 30], vec![s(503)]].concat(),
            35,
            Unavailable,
        ),
        // Retry-After.
        vector(
            "Retry-After: 0",
            Again,
            vec![after(429, "0"), ok()],
            2,
            None,
        ),
        vector(
            "Retry-After: a date that has passed",
            Again,
            vec![after(429, past), ok()],
            2,
            None,
        ),
        vector(
            "Retry-After: nonsense counts as none",
            Again,
            vec![after(429, "soon"), ok()],
            2,
            None,
        ),
        vector(
            "Retry-After: negative counts as none",
            Again,
            vec![after(429, "-3"), ok()],
            2,
            None,
        ),
        vector(
            "Retry-After of a 503",
            Again,
            vec![after(503, "0"), ok()],
            2,
            None,
        ),
        vector(
            "Retry-After beyond the budget",
            Again,
            vec![after(429, "31"), ok()],
            1,
            RateLimited,
        ),
        vector(
            "Retry-After without end",
            Again,
            vec![after(429, "99999999999999999999"), ok()],
            1,
            RateLimited,
        ),
        vector(
            "Retry-After: a date beyond the budget",
            Again,
            vec![after(429, far), ok()],
            1,
            RateLimited,
        ),
        vector(
            "Retry-After beyond the budget on 503",
            Again,
            vec![after(503, "3600"), ok()],
            1,
            Unavailable,
        ),
        vector(
            "Retry-After of a 400 means nothing",
            Again,
            vec![after(400, "0"), ok()],
            1,
            Rejected,
        ),
        // Lasting failures.
        vector("400", Again, vec![s(400), ok()], 1, Rejected),
        vector("403", Again, vec![s(403), ok()], 1, Forbidden),
        vector("404", Again, vec![s(404), ok()], 1, NotFound),
        vector("405", Again, vec![s(405), ok()], 1, Other),
        vector("409", Again, vec![s(409), ok()], 1, Conflict),
        vector("410", Again, vec![s(410), ok()], 1, NotFound),
        vector("412", Again, vec![s(412), ok()], 1, Conflict),
        vector("413", Again, vec![s(413), ok()], 1, Limit),
        vector("414", Again, vec![s(414), ok()], 1, Limit),
        vector("415", Again, vec![s(415), ok()], 1, Other),
        vector("422", Again, vec![s(422), ok()], 1, Rejected),
        vector("428", Again, vec![s(428), ok()], 1, Conflict),
        vector("501", Again, vec![s(501), ok()], 1, Unavailable),
        vector(
            "304 was not asked for",
            Again,
            vec![s(304), ok()],
            1,
            Protocol,
        ),
        // The network.
        vector(
            "the connection is closed",
            Again,
            vec![Reply::Drop, ok()],
            2,
            None,
        ),
        vector(
            "it is always closed",
            Again,
            vec![Reply::Drop],
            5,
            Unavailable,
        ),
        vector(
            "it is closed on a create",
            Once,
            vec![Reply::Drop, ok()],
            1,
            Unavailable,
        ),
        vector(
            "what comes is no HTTP",
            Again,
            vec![Reply::Raw(b"hello\r\n\r\n".to_vec()), ok()],
            2,
            None,
        ),
        vector(
            "half a head",
            Again,
            vec![Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-".to_vec()), ok()],
            2,
            None,
        ),
        vector(
            "half a head on a create",
            Once,
            vec![Reply::Raw(b"HTTP/1.1 201".to_vec()), ok()],
            1,
            Unavailable,
        ),
        vector(
            "half a body, buffered",
            Again,
            vec![Reply::Half(200, b"{".to_vec()), ok()],
            2,
            None,
        ),
        vector(
            "half a body on a create",
            Once,
            vec![Reply::Half(201, b"{".to_vec()), ok()],
            1,
            Unavailable,
        ),
        vector(
            "half the body of a 404",
            Again,
            vec![Reply::Half(404, b"{".to_vec()), ok()],
            1,
            NotFound,
        ),
        vector(
            "half the body of a 503",
            Again,
            vec![Reply::Half(503, b"{".to_vec()), ok()],
            2,
            None,
        ),
    ]
}
