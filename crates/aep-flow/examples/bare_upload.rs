//! The shortest upload that object_store offers, as a yardstick for `aep dlz put`.
//!
//! `bare_upload FILE CONTAINER_URL_WITH_SAS KEY`; used by `cargo xtask bench`.

use std::io::Read;

use object_store::azure::MicrosoftAzureBuilder;
use object_store::path::Path;
use object_store::{ObjectStoreExt, WriteMultipart};
use url::Url;

const PART: usize = 8 << 20;
const PARTS_IN_FLIGHT: usize = 8;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |what: &str| arguments.next().ok_or_else(|| format!("{what} is missing"));
    let (file, container, key) = (next("FILE")?, Url::parse(&next("URL")?)?, next("KEY")?);
    let segments: Vec<&str> = container.path().split('/').collect();
    let [_, account, name] = segments[..] else {
        return Err("the path of URL is not /ACCOUNT/CONTAINER".into());
    };
    let origin = container.origin().ascii_serialization();
    let sas = container.query_pairs().into_owned().collect::<Vec<_>>();
    let store = MicrosoftAzureBuilder::new()
        .with_endpoint(format!("{origin}/{account}"))
        .with_account(account)
        .with_container_name(name)
        .with_sas_authorization(sas)
        .with_allow_http(true)
        .build()?;
    let upload = store.put_multipart(&Path::parse(key)?).await?;
    let mut upload = WriteMultipart::new_with_chunk_size(upload, PART);
    let mut file = std::fs::File::open(file)?;
    let mut buffer = vec![0; PART];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        upload.wait_for_capacity(PARTS_IN_FLIGHT).await?;
        upload.write(buffer.get(..read).unwrap_or_default());
    }
    upload.finish().await?;
    Ok(())
}
