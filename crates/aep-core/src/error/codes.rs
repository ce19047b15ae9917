//! What the published codes mean for the caller: a kind where the status says too little, and what to do next.
//!
//! Sources: Experience League "Troubleshooting" (gateway codes), "Flow Service error messages", the Schema Registry
//! troubleshooting guide; `429050` and `ERR-BI-104` were observed in real answers.

use super::{ErrorKind, Problem};

/// What a code means for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advice {
    /// The kind, where the status alone says too little.
    pub kind: Option<ErrorKind>,
    /// What to do next.
    pub hint: Option<&'static str>,
}

const fn says(hint: &'static str) -> Advice {
    Advice {
        kind: None,
        hint: Some(hint),
    }
}

const fn means(kind: ErrorKind, hint: &'static str) -> Advice {
    Advice {
        kind: Some(kind),
        hint: Some(hint),
    }
}

const STATE: &str =
    "the object's state does not allow this now; read its state and try again when it has changed";

/// What is known about a problem's code, or about an answer without one.
pub fn advice(status: u16, problem: &Problem) -> Advice {
    if status == 404 && problem.html {
        return says("the gateway has no such route: check the base URL, the path and the method");
    }
    let Some(code) = problem.code.as_deref() else {
        return by_status(status);
    };
    by_code(code)
        .or_else(|| by_store_code(code))
        .unwrap_or_else(|| by_status(status))
}

fn by_code(code: &str) -> Option<Advice> {
    use ErrorKind::{Conflict, Forbidden, NotFound, RateLimited, Unauthorized};
    // Codes of Flow Service, Schema Registry and the connectors end in the status: match on the number before it.
    let (family, number) = match code.split_once('-') {
        Some((family, rest)) => (family, rest.split('-').next().unwrap_or(rest)),
        None => ("", code),
    };
    Some(match (family, number) {
        ("", "403010") => means(
            Unauthorized,
            "no token was sent: sign in with `aep auth login` or set AEP_ACCESS_TOKEN",
        ),
        ("", "401013") => means(
            Unauthorized,
            "the token is invalid or has expired: get a new one",
        ),
        ("", "403000") => means(
            Forbidden,
            "no API key was sent: set client_id in the profile or AEP_CLIENT_ID",
        ),
        ("", "403003") => means(
            Forbidden,
            "the API key is not known to the gateway: check client_id, and that the project in the Developer Console \
             has the Experience Platform API",
        ),
        ("", "400003") => means(
            ErrorKind::Config,
            "no organisation was sent: set org_id in the profile or AEP_ORG_ID",
        ),
        ("", "403025") => means(
            Forbidden,
            "the organisation is not entitled for this integration: check org_id and that the credential belongs to it",
        ),
        ("", "403027") => means(
            Forbidden,
            "the gateway does not know the region of this user: ask Adobe's support",
        ),
        ("", "429050") => means(
            RateLimited,
            "slow down: fewer requests at a time, or try again later",
        ),
        ("", "invalid_client" | "unauthorized_client") => means(
            Unauthorized,
            "check client_id and client_secret against the credential in the Developer Console; secrets there can be \
             rotated and removed",
        ),
        ("", "invalid_scope") => means(
            Unauthorized,
            "the credential does not have one of the scopes: copy them from the credential in the Developer Console",
        ),
        ("ERR", "BI") => match code {
            "ERR-BI-104" => means(
                Conflict,
                "the batch's state does not allow this: look at it with `aep batch get`",
            ),
            "ERR-BI-106" => says(
                "the dataset must store parquet: create it without a fileDescription.format, or with parquet",
            ),
            _ => return None,
        },
        ("FLOW", "1403" | "1404") => means(
            Conflict,
            "somebody changed the object since it was read: read it again and repeat the change with its new etag",
        ),
        (
            "FLOW",
            "1409" | "1416" | "1417" | "1420" | "1421" | "1422" | "1444" | "1457" | "1458",
        ) => means(Conflict, STATE),
        ("FLOW", "1418" | "1447") => means(Conflict, "flows still use it: delete them first"),
        ("FLOW", "2000") => means(
            Unauthorized,
            "the token has no access to this organisation: check org_id",
        ),
        ("FLOW", "2100" | "2101" | "2103" | "2106") => means(
            NotFound,
            "there is no such sandbox: list them with `aep sandbox list`",
        ),
        ("FLOW", "2105") => means(
            ErrorKind::Config,
            "name a sandbox: --sandbox NAME, AEP_SANDBOX or the profile",
        ),
        ("FLOW", "2118" | "2120" | "2121") | ("SMS", "2010") => means(
            Forbidden,
            "the credential lacks a permission: add it to a role (product profile) in the Admin Console that has it",
        ),
        ("XDM", "1006" | "1007" | "1008" | "1009") => says(
            "the Schema Registry wants another Accept header, e.g. application/vnd.adobe.xed-full+json; version=1",
        ),
        ("XDM", "1020" | "1021" | "1022" | "1023" | "1024") => {
            says("custom fields must sit below the tenant's own namespace, `_TENANT`")
        }
        ("XDM", "1521" | "1406") => means(
            Conflict,
            "something with this title exists already: use it, or choose another title",
        ),
        ("CONNECTOR", "1701") => means(Conflict, "the landing zone is not active in this sandbox"),
        ("CONNECTOR", "1360") => says("the start time lies in the past: choose now or later"),
        _ => return None,
    })
}

/// Codes of Azure Blob Storage and Amazon S3. Source: their lists of error codes.
fn by_store_code(code: &str) -> Option<Advice> {
    Some(match code {
        "ExpiredToken"
        | "InvalidToken"
        | "TokenRefreshRequired"
        | "InvalidAccessKeyId"
        | "AuthenticationFailed" => means(
            ErrorKind::Forbidden,
            "the store does not take these credentials: they have expired or were replaced; look at the present ones \
             with `aep dlz credentials`",
        ),
        "RequestTimeTooSkewed" => means(
            ErrorKind::Config,
            "this machine's clock differs too much from the store's: set it",
        ),
        "NoSuchBucket" | "ContainerNotFound" => means(
            ErrorKind::NotFound,
            "the landing zone of this sandbox is not there: look with `aep dlz info`",
        ),
        "NoSuchUpload" | "InvalidBlockList" | "InvalidPart" => means(
            ErrorKind::Conflict,
            "the store has given up the parts that were sent: put the file again",
        ),
        _ => return None,
    })
}

fn by_status(status: u16) -> Advice {
    match status {
        401 => says("check the credentials with `aep auth status`"),
        403 => says("the credential may not do this: check its permissions and the sandbox"),
        406 => says("ask for another media type with the Accept header"),
        412 => says("the object was changed since it was read: read it again"),
        413 => says("send the file in chunks, or in smaller parts"),
        414 => says("the address is longer than 2,000 characters: shorten the file's path"),
        415 => says(
            "the Content-Type is not the one that this call takes; files are sent as one part of raw bytes",
        ),
        _ => Advice {
            kind: None,
            hint: None,
        },
    }
}
