//! `PutObject`.

use std::collections::BTreeMap;

use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::answer::{Failed, etag};
use super::body::{self, Said};
use super::sums::{kind, sums_in, sums_out};
use crate::state::Tx;
use crate::zone::disk::{self, Bucket, Disk};

/// The headers of an input that come back as they were sent.
macro_rules! headers_in {
    ($from:expr) => {{
        let fields = [
            ("content-type", $from.content_type.clone()),
            ("cache-control", $from.cache_control.clone()),
            ("content-disposition", $from.content_disposition.clone()),
            ("content-encoding", $from.content_encoding.clone()),
            ("content-language", $from.content_language.clone()),
        ];
        fields
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect::<std::collections::BTreeMap<_, _>>()
    }};
}

pub(super) use headers_in;

pub(super) fn metadata(sent: Option<Metadata>) -> BTreeMap<String, String> {
    sent.unwrap_or_default().into_iter().collect()
}

/// `If-Match` and `If-None-Match` of a write, looked at in its own transaction.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    pub(super) if_match: Option<ETagCondition>,
    pub(super) if_none_match: Option<ETagCondition>,
}

impl Condition {
    pub(super) fn check(
        &self,
        tx: &Tx<'_>,
        bucket: &Bucket,
        key: &str,
        now: i64,
    ) -> Result<(), Failed> {
        if self.if_match.is_none() && self.if_none_match.is_none() {
            return Ok(());
        }
        let there = disk::Object::find(tx, bucket, key, now)?.map(|object| object.etag);
        if let Some(wanted) = &self.if_match {
            let Some(there) = &there else {
                return Err(s3_error!(NoSuchKey, "the specified key does not exist").into());
            };
            if !fits(wanted, there) {
                return Err(failed());
            }
        }
        match (&self.if_none_match, &there) {
            (Some(unwanted), Some(there)) if fits(unwanted, there) => Err(failed()),
            _ => Ok(()),
        }
    }
}

fn failed() -> Failed {
    s3_error!(
        PreconditionFailed,
        "at least one of the preconditions you specified did not hold"
    )
    .into()
}

pub(super) fn fits(condition: &ETagCondition, etag: &str) -> bool {
    condition
        .as_etag()
        .is_none_or(|wanted| wanted.value() == etag)
}

pub(super) async fn put(
    disk: &Disk,
    mut req: S3Request<PutObjectInput>,
) -> S3Result<S3Response<PutObjectOutput>> {
    let said = Said {
        length: req.input.content_length,
        md5: req.input.content_md5.clone(),
        sums: sums_in!(req.input),
        algorithms: Said::announced(&req.headers),
        trailing: req.trailing_headers.take(),
    };
    let input = req.input;
    let headers = headers_in!(input);
    let condition = Condition {
        if_match: input.if_match,
        if_none_match: input.if_none_match,
    };
    let received = body::take(disk, input.body, said).await?;
    let object = disk::Object {
        headers,
        metadata: metadata(input.metadata),
        ..disk::plain(&received, disk.now())
    };
    let now = object.modified;
    let (key, stored) = (input.key, object.clone());
    disk.seal(&input.bucket, received, move |tx, bucket, piece| {
        condition.check(tx, bucket, &key, now)?;
        let stored = disk::Object {
            pieces: vec![piece],
            ..stored
        };
        Ok::<_, Failed>(((), stored.put(tx, &bucket.name, &key)?))
    })
    .await?;
    let mut output = PutObjectOutput {
        e_tag: Some(etag(&object.etag)),
        checksum_type: Some(kind(false)),
        ..PutObjectOutput::default()
    };
    sums_out!(output, object.checksums);
    Ok(S3Response::new(output))
}
