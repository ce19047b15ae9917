//! `UploadPart`.

use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::{NUMBERS, find};
use crate::ids;
use crate::zone::disk::{Disk, Part, sums_of};
use crate::zone::s3::answer::{Failed, etag};
use crate::zone::s3::body::{self, Said};
use crate::zone::s3::sums::{sums_in, sums_out};

pub(in crate::zone::s3) async fn upload(
    disk: &Disk,
    mut req: S3Request<UploadPartInput>,
) -> S3Result<S3Response<UploadPartOutput>> {
    let mut said = Said {
        length: req.input.content_length,
        md5: req.input.content_md5.clone(),
        sums: sums_in!(req.input),
        algorithms: Said::announced(&req.headers),
        trailing: req.trailing_headers.take(),
    };
    let input = req.input;
    let number = input.part_number;
    if !NUMBERS.contains(&number) {
        return Err(s3_error!(
            InvalidArgument,
            "part number must be an integer between 1 and 10000"
        ));
    }
    let (id, key) = (input.upload_id.clone(), input.key.clone());
    let upload = disk
        .read(&input.bucket, move |tx, bucket| find(tx, bucket, &id, &key))
        .await?;
    said.algorithms.extend(upload.algorithm);
    let received = body::take(disk, input.body, said).await?;
    let (tag, sums, now) = (ids::hex(&received.md5), sums_of(&received.sums), disk.now());
    let (shown, stored) = (tag.clone(), sums.clone());
    let (id, key) = (input.upload_id, input.key);
    disk.seal(&input.bucket, received, move |tx, bucket, piece| {
        find(tx, bucket, &id, &key)?;
        let part = Part {
            number,
            piece,
            etag: tag,
            modified: now,
            checksums: stored,
        };
        Ok::<_, Failed>(((), part.put(tx, &bucket.name, &id)?))
    })
    .await?;
    let mut output = UploadPartOutput {
        e_tag: Some(etag(&shown)),
        ..UploadPartOutput::default()
    };
    sums_out!(output, sums);
    Ok(S3Response::new(output))
}
