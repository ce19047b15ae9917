//! A dataset by what people call it.

use aep_core::{DatasetId, Error, ErrorKind, Result};
use futures::TryStreamExt;

use super::get::missing;
use super::{Dataset, DatasetFilter, Datasets};

impl Datasets {
    /// The dataset with this id or name.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is none, [`ErrorKind::Usage`] with the candidates if several have the name.
    pub async fn find(&self, id_or_name: &str) -> Result<Dataset> {
        if is_id(id_or_name) {
            match self.look(&DatasetId::new(id_or_name)?).await {
                Ok(Some(found)) => return Ok(found),
                Ok(None) => {}
                // a name that only looks like an id
                Err(error) if error.status() == Some(400) => {}
                Err(error) => return Err(error),
            }
        }
        let filter = DatasetFilter {
            name: Some(id_or_name.to_owned()),
            ..DatasetFilter::default()
        };
        let found: Vec<Dataset> = self.list(filter).try_collect().await?;
        match found.len() {
            0 => Err(missing(id_or_name)),
            1 => found.into_iter().next().ok_or_else(|| missing(id_or_name)),
            several => {
                let ids: Vec<&str> = found.iter().map(|dataset| dataset.id.as_str()).collect();
                Err(Error::new(
                    ErrorKind::Usage,
                    "tell the dataset from others of the same name",
                )
                .with("dataset", id_or_name)
                .because(format!("{several} datasets have this name"))
                .hint(format!("give one of these ids: {}", ids.join(", "))))
            }
        }
    }
}

/// 24 hexadecimal digits today; something as long without a space may be an id of tomorrow, and asking costs little.
fn is_id(text: &str) -> bool {
    (20..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
