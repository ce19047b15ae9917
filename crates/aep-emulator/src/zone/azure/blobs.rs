//! Files of the zones, as blobs.

use std::path::Path;

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use http_body_util::BodyExt as _;
use tokio::io::AsyncWriteExt as _;

use super::client::Call;
use super::{Account, Azure, xml};
use crate::zone::{DAY_MS, TTL_DAYS, ZoneError, ZoneFile, ZoneType};

impl Azure {
    pub(in crate::zone) async fn list(
        &self,
        sandbox: &str,
        kind: ZoneType,
        prefix: &str,
    ) -> Result<Vec<ZoneFile>, ZoneError> {
        let account = self.ready(sandbox, kind).await?;
        let now = self.0.clock.now_ms();
        let mut files = self.files(&account, kind.container(), prefix).await?;
        files.retain(|file| is_young(file, now));
        files.sort_by(|one, other| one.key.cmp(&other.key));
        Ok(files)
    }

    async fn files(
        &self,
        account: &Account,
        container: &str,
        prefix: &str,
    ) -> Result<Vec<ZoneFile>, ZoneError> {
        let (mut files, mut marker) = (Vec::new(), String::new());
        loop {
            let mut query = vec![
                ("comp", "list".to_owned()),
                ("restype", "container".to_owned()),
            ];
            if !prefix.is_empty() {
                query.push(("prefix", prefix.to_owned()));
            }
            if !marker.is_empty() {
                query.push(("marker", marker));
            }
            let call = Call {
                container,
                query,
                ..Call::default()
            };
            let (_, _, text) = self.0.client.ask(account, call, &[200]).await?;
            let page = xml::read(&text)?;
            for blob in page.blobs {
                files.push(ZoneFile {
                    modified_ms: self.time(&blob.modified)?,
                    key: blob.name,
                    size: blob.size,
                    etag: blob.etag,
                });
            }
            if page.next.is_empty() {
                return Ok(files);
            }
            marker = page.next;
        }
    }

    /// Azurite's time as the emulator's clock showed it then. It has seconds only, and the clock moves at the start of one.
    fn time(&self, text: &str) -> Result<i64, ZoneError> {
        let zoned = jiff::fmt::rfc2822::parse(text);
        let real = zoned.map_err(|error| ZoneError::Azure(error.to_string()))?;
        let second = real.timestamp().as_millisecond();
        Ok(self.0.clock.shown_at(second + 999) - 999)
    }

    async fn head(
        &self,
        sandbox: &str,
        kind: ZoneType,
        key: &str,
    ) -> Result<Option<ZoneFile>, ZoneError> {
        let account = self.ready(sandbox, kind).await?;
        let call = Call {
            method: Method::HEAD,
            container: kind.container(),
            key,
            ..Call::default()
        };
        let (status, headers, _) = self.0.client.ask(&account, call, &[200, 404]).await?;
        if status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let file = self.described(key, &headers)?;
        let now = self.0.clock.now_ms();
        Ok(Some(file).filter(|file| is_young(file, now)))
    }

    fn described(&self, key: &str, headers: &HeaderMap) -> Result<ZoneFile, ZoneError> {
        let text = |name: http::HeaderName| {
            headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
                .to_owned()
        };
        Ok(ZoneFile {
            key: key.to_owned(),
            size: text(header::CONTENT_LENGTH).parse().unwrap_or_default(),
            modified_ms: self.time(&text(header::LAST_MODIFIED))?,
            etag: text(header::ETAG).trim_matches('"').to_owned(),
        })
    }

    pub(in crate::zone) async fn read_to(
        &self,
        sandbox: &str,
        kind: ZoneType,
        key: &str,
        to: &Path,
    ) -> Result<(), ZoneError> {
        let mut body = self.open(sandbox, kind, key, None).await?;
        let mut file = tokio::fs::File::create(to).await?;
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| ZoneError::Azure(error.to_string()))?;
            if let Ok(data) = frame.into_data() {
                file.write_all(&data).await?;
            }
        }
        Ok(file.flush().await?)
    }

    pub(in crate::zone) async fn head_bytes(
        &self,
        sandbox: &str,
        kind: ZoneType,
        key: &str,
        limit: usize,
    ) -> Result<Bytes, ZoneError> {
        let file = self.head(sandbox, kind, key).await?;
        let file = file.ok_or_else(|| ZoneError::NoFile(key.to_owned()))?;
        if file.size == 0 || limit == 0 {
            return Ok(Bytes::new());
        }
        let body = self.open(sandbox, kind, key, Some(limit)).await?;
        let body = body.collect().await;
        let body = body.map_err(|error| ZoneError::Azure(error.to_string()))?;
        Ok(body.to_bytes())
    }

    async fn open(
        &self,
        sandbox: &str,
        kind: ZoneType,
        key: &str,
        limit: Option<usize>,
    ) -> Result<hyper::body::Incoming, ZoneError> {
        let account = self.ready(sandbox, kind).await?;
        let range = limit.map(|limit| ("x-ms-range", format!("bytes=0-{}", limit - 1)));
        let call = Call {
            container: kind.container(),
            key,
            headers: range.into_iter().collect(),
            ..Call::default()
        };
        let answer = self.0.client.send(&account, call).await?;
        match answer.status().as_u16() {
            200 | 206 => Ok(answer.into_body()),
            404 => Err(ZoneError::NoFile(key.to_owned())),
            status => Err(ZoneError::Azure(format!("Azurite answered {status}"))),
        }
    }

    pub(in crate::zone) async fn write_from(
        &self,
        sandbox: &str,
        kind: ZoneType,
        key: &str,
        from: &Path,
    ) -> Result<ZoneFile, ZoneError> {
        let account = self.ready(sandbox, kind).await?;
        let file = tokio::fs::File::open(from).await?;
        let length = file.metadata().await?.len();
        let call = Call {
            method: Method::PUT,
            container: kind.container(),
            key,
            headers: vec![("x-ms-blob-type", "BlockBlob".to_owned())],
            body: Body::from_stream(tokio_util::io::ReaderStream::new(file)),
            length,
            ..Call::default()
        };
        let (_, headers, _) = self.0.client.ask(&account, call, &[201]).await?;
        let written = self.described(key, &headers)?;
        Ok(ZoneFile {
            size: length,
            ..written
        })
    }

    async fn remove(
        &self,
        account: &Account,
        container: &str,
        key: &str,
    ) -> Result<bool, ZoneError> {
        let call = Call {
            method: Method::DELETE,
            container,
            key,
            ..Call::default()
        };
        let (status, _, _) = self.0.client.ask(account, call, &[202, 404]).await?;
        Ok(status == StatusCode::ACCEPTED)
    }

    /// The account of a sandbox, with a container for the type.
    pub(super) async fn ready(&self, sandbox: &str, kind: ZoneType) -> Result<Account, ZoneError> {
        let account = self.account(sandbox).await?;
        let call = Call {
            method: Method::PUT,
            container: kind.container(),
            query: vec![("restype", "container".to_owned())],
            ..Call::default()
        };
        self.0.client.ask(&account, call, &[201, 409]).await?;
        Ok(account)
    }

    /// Removes files after their time, or all. Answers how many.
    pub(in crate::zone) async fn sweep(&self, all: bool) -> Result<usize, ZoneError> {
        let now = self.0.clock.now_ms();
        let mut swept = 0;
        for account in self.0.accounts.given() {
            for kind in ZoneType::ALL {
                let call = Call {
                    method: Method::HEAD,
                    container: kind.container(),
                    query: vec![("restype", "container".to_owned())],
                    ..Call::default()
                };
                let (status, _, _) = self.0.client.ask(&account, call, &[200, 404]).await?;
                if status == StatusCode::NOT_FOUND {
                    continue;
                }
                for file in self.files(&account, kind.container(), "").await? {
                    if all || !is_young(&file, now) {
                        self.remove(&account, kind.container(), &file.key).await?;
                        swept += 1;
                    }
                }
            }
        }
        Ok(swept)
    }
}

fn is_young(file: &ZoneFile, now: i64) -> bool {
    now < file.modified_ms.saturating_add(TTL_DAYS * DAY_MS)
}
