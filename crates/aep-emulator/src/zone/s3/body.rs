//! Bodies of uploads: taken to disk, checked against what the request says of them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use s3s::dto::StreamingBlob;
use s3s::{S3Error, S3ErrorCode, S3Result, StdError, TrailingHeaders, s3_error};

use super::answer;
use super::sums::{self, Named};
use crate::zone::disk::{Disk, IntakeError, Sums, Unsealed, receive, sums_of};

/// What a request says of its body.
pub(super) struct Said {
    pub(super) length: Option<i64>,
    pub(super) md5: Option<String>,
    pub(super) sums: Named,
    /// More checksums that are wanted.
    pub(super) algorithms: Vec<String>,
    pub(super) trailing: Option<TrailingHeaders>,
}

const CHECKSUM: &str = "x-amz-checksum-";

impl Said {
    /// The checksums that will come after the body.
    pub(super) fn announced(headers: &HeaderMap) -> Vec<String> {
        let names = headers
            .get_all("x-amz-trailer")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','));
        names
            .filter_map(|name| {
                Some(
                    name.trim()
                        .to_ascii_lowercase()
                        .strip_prefix(CHECKSUM)?
                        .to_owned(),
                )
            })
            .collect()
    }
}

/// Takes a body. Nothing of it stays if it is not what was said.
pub(super) async fn take(
    disk: &Disk,
    body: Option<StreamingBlob>,
    mut said: Said,
) -> S3Result<Unsealed> {
    let mut wanted = Sums::default();
    for name in said.sums.keys().chain(&said.algorithms) {
        sums::want(&mut wanted, name);
    }
    let received = match body {
        Some(body) => receive(disk.files(), body, wanted).await,
        None => receive(disk.files(), futures::stream::empty(), wanted).await,
    };
    let received = received.map_err(|error| match error {
        IntakeError::Body(error) => broken(&error),
        IntakeError::State(error) => answer::error(error.into()),
    })?;
    if said
        .length
        .is_some_and(|length| u64::try_from(length) != Ok(received.size))
    {
        return Err(s3_error!(
            IncompleteBody,
            "the body is not as long as the request says"
        ));
    }
    if let Some(md5) = &said.md5 {
        match STANDARD.decode(md5) {
            Ok(sent) if sent == received.md5 => {}
            Ok(sent) if sent.len() == received.md5.len() => {
                return Err(s3_error!(
                    BadDigest,
                    "the Content-MD5 you specified did not match what we received"
                ));
            }
            _ => return Err(s3_error!(InvalidDigest, "the Content-MD5 is invalid")),
        }
    }
    if let Some(trailers) = said.trailing.as_ref().and_then(TrailingHeaders::take) {
        for (name, value) in &trailers {
            if let (Some(name), Ok(value)) = (name.as_str().strip_prefix(CHECKSUM), value.to_str())
            {
                said.sums.insert(name.to_owned(), value.to_owned());
            }
        }
    }
    said.sums.retain(|name, _| {
        ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"].contains(&name.as_str())
    });
    sums::agree(&said.sums, &sums_of(&received.sums))?;
    Ok(received)
}

/// s3s keeps the types of these errors to itself; their words are all there is.
fn broken(error: &StdError) -> S3Error {
    let text = error.to_string();
    if text.contains("Sha256Mismatch") {
        let mut error = S3Error::with_message(
            S3ErrorCode::Custom("XAmzContentSHA256Mismatch".into()),
            "the provided 'x-amz-content-sha256' header does not match what was computed",
        );
        error.set_status_code(http::StatusCode::BAD_REQUEST);
        error
    } else if text.contains("SignatureMismatch") {
        s3_error!(SignatureDoesNotMatch, "the signature of a chunk is wrong")
    } else if text.contains("FormatError") || text.contains("TooLarge") || text.contains("TooMany")
    {
        s3_error!(InvalidRequest, "the chunks of the body could not be read")
    } else {
        s3_error!(IncompleteBody, "the body ended before its announced length")
    }
}
