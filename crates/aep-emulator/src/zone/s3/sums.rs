//! Checksums: which are wanted, which came, whether they agree.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crc_fast::{CrcAlgorithm, checksum_combine};
use s3s::crypto::{Checksum as _, Crc32, Crc32c, Sha1, Sha256};
use s3s::dto::ChecksumType;
use s3s::{S3Result, s3_error};

use crate::zone::disk::{Piece, Sums};

/// By the algorithm's name in lower case, in Base64.
pub(super) type Named = BTreeMap<String, String>;

/// The checksums that fields of an input say.
macro_rules! sums_in {
    ($from:expr) => {{
        let fields = [
            ("crc32", &$from.checksum_crc32),
            ("crc32c", &$from.checksum_crc32c),
            ("crc64nvme", &$from.checksum_crc64nvme),
            ("sha1", &$from.checksum_sha1),
            ("sha256", &$from.checksum_sha256),
        ];
        fields
            .into_iter()
            .filter_map(|(name, sum)| Some((name.to_owned(), sum.clone()?)))
            .collect::<$crate::zone::s3::sums::Named>()
    }};
}

/// Sets the fields of an output.
macro_rules! sums_out {
    ($output:expr, $sums:expr) => {{
        $output.checksum_crc32 = $sums.get("crc32").cloned();
        $output.checksum_crc32c = $sums.get("crc32c").cloned();
        $output.checksum_crc64nvme = $sums.get("crc64nvme").cloned();
        $output.checksum_sha1 = $sums.get("sha1").cloned();
        $output.checksum_sha256 = $sums.get("sha256").cloned();
    }};
}

pub(super) use {sums_in, sums_out};

/// Has one more checksum made.
pub(super) fn want(sums: &mut Sums, name: &str) {
    match name.to_ascii_lowercase().as_str() {
        "crc32" => sums.more.crc32 = Some(Crc32::new()),
        "crc32c" => sums.more.crc32c = Some(Crc32c::new()),
        "sha1" => sums.more.sha1 = Some(Sha1::new()),
        "sha256" => sums.more.sha256 = Some(Sha256::new()),
        _ => {}
    }
}

/// Whether what was sent is what was made.
pub(super) fn agree(sent: &Named, made: &Named) -> S3Result<()> {
    for (name, sum) in sent {
        if made.get(name) == Some(sum) {
            continue;
        }
        let len = STANDARD.decode(sum).map(|bytes| bytes.len());
        let wanted = match name.as_str() {
            "crc32" | "crc32c" => 4,
            "crc64nvme" => 8,
            "sha1" => 20,
            _ => 32,
        };
        return Err(if len == Ok(wanted) {
            s3_error!(
                BadDigest,
                "the {name} you specified did not match the calculated checksum"
            )
        } else {
            s3_error!(
                InvalidRequest,
                "value for x-amz-checksum-{name} header is invalid"
            )
        });
    }
    Ok(())
}

/// The published name of how checksums of an object were made.
pub(super) fn kind(composite: bool) -> ChecksumType {
    ChecksumType::from_static(if composite {
        ChecksumType::COMPOSITE
    } else {
        ChecksumType::FULL_OBJECT
    })
}

/// The checksum of the whole from those of its parts, as if the bytes had been read once more.
pub(super) fn whole(name: &str, parts: &[(Piece, Named)]) -> Option<String> {
    let (algorithm, bytes) = match name {
        "crc32" => (CrcAlgorithm::Crc32IsoHdlc, 4),
        "crc32c" => (CrcAlgorithm::Crc32Iscsi, 4),
        "crc64nvme" => (CrcAlgorithm::Crc64Nvme, 8),
        _ => return None,
    };
    let mut total: Option<u64> = None;
    for (piece, sums) in parts {
        let sum = STANDARD.decode(sums.get(name)?).ok()?;
        let sum = sum.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        total = Some(total.map_or(sum, |total| {
            checksum_combine(algorithm, total, sum, piece.size)
        }));
    }
    let total = total?.to_be_bytes();
    Some(STANDARD.encode(&total[8 - bytes..]))
}

/// The checksum of the parts' checksums, with their number behind it.
pub(super) fn composite(name: &str, parts: &[(Piece, Named)]) -> Option<String> {
    let mut joined = Vec::new();
    for (_, sums) in parts {
        joined.extend(STANDARD.decode(sums.get(name)?).ok()?);
    }
    let sum = match name {
        "crc32" => STANDARD.encode(Crc32::checksum(&joined)),
        "crc32c" => STANDARD.encode(Crc32c::checksum(&joined)),
        "sha1" => STANDARD.encode(Sha1::checksum(&joined)),
        "sha256" => STANDARD.encode(Sha256::checksum(&joined)),
        _ => return None,
    };
    Some(format!("{sum}-{}", parts.len()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use s3s::crypto::Crc64Nvme;

    use super::*;

    fn part(bytes: &[u8]) -> (Piece, Named) {
        let piece = Piece {
            blob: String::new(),
            size: bytes.len() as u64,
        };
        let sums = [
            ("crc32", STANDARD.encode(Crc32::checksum(bytes))),
            ("crc64nvme", STANDARD.encode(Crc64Nvme::checksum(bytes))),
            ("sha256", STANDARD.encode(Sha256::checksum(bytes))),
        ];
        (piece, sums.map(|(name, sum)| (name.to_owned(), sum)).into())
    }

    #[test]
    fn checksums_of_parts_make_that_of_the_whole() {
        let parts = [part(b"one and "), part(b"two and "), part(b"three")];
        let bytes = b"one and two and three";
        let wanted = STANDARD.encode(Crc64Nvme::checksum(bytes));
        assert_eq!(whole("crc64nvme", &parts), Some(wanted));
        let wanted = STANDARD.encode(Crc32::checksum(bytes));
        assert_eq!(whole("crc32", &parts), Some(wanted));
        assert_eq!(whole("sha256", &parts), None);
        assert!(composite("sha256", &parts).unwrap().ends_with("=-3"));
        assert_eq!(composite("crc32c", &parts), None);
    }
}
