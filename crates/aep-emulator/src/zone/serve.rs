//! Requests that are meant for the S3 face.

use axum::body::Body;
use axum::response::Response;
use http::Request;
use percent_encoding::percent_decode_str;

use super::disk::Bucket;
use super::keys::Key;
use super::{Zone, s3};
use crate::operations::Service;
use crate::state::StateError;

impl Zone {
    /// Whether a path begins with the name of a bucket.
    pub(crate) async fn has_bucket_at(&self, path: String) -> bool {
        if Service::of_path(&path).is_some() || path.starts_with("/data/") {
            return false;
        }
        let first = path.trim_start_matches('/').split('/').next();
        let Some(Ok(name)) = first.map(|first| percent_decode_str(first).decode_utf8()) else {
            return false;
        };
        if name.is_empty() {
            return false;
        }
        let name = name.into_owned();
        let found = self
            .disk
            .read_any(move |tx| -> Result<_, StateError> { Bucket::find(tx, &name) })
            .await;
        matches!(found, Ok(Some(_)))
    }

    /// The S3 face's answer.
    pub(crate) async fn serve(&self, request: Request<Body>) -> Response {
        self.face.call(request).await
    }

    /// Ends the life of a key, and answers that it is over.
    pub(crate) async fn revoke(&self, key: Option<String>) -> Response {
        if let Some(id) = key {
            let now = self.disk.now();
            let gone = self
                .disk
                .write_any(move |tx| -> Result<_, StateError> { Key::expire(tx, &id, now) })
                .await;
            if let Err(error) = gone {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a key could not be revoked"
                );
            }
        }
        s3::expired()
    }
}
