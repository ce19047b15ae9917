//! The metadata of one original.

use std::io;

use aep_core::transfer::{Identity, Original};
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};

use crate::source::content::Origin;
use crate::validate;

/// What the footer of a file says, and where its row groups are.
pub(in crate::shape) struct File {
    pub(in crate::shape) metadata: ParquetMetaData,
    /// First byte of each row group, and the byte behind its last.
    pub(in crate::shape) spans: Vec<(u64, u64)>,
}

impl File {
    /// Reads the footer; the inner error says what is odd about the file.
    pub(in crate::shape) fn read(origin: &Origin) -> io::Result<Result<Self, String>> {
        let original = Original::open(&origin.path, origin.identity)?;
        let mut file = std::fs::File::open(&origin.path)?;
        origin.identity.check(&file.metadata()?, &origin.path)?;
        let metadata = match validate::metadata(&mut file, origin.identity.size)? {
            Ok(metadata) => metadata,
            Err(odd) => return Ok(Err(odd)),
        };
        original.check(&origin.path)?;
        Ok(spans(&metadata, origin.identity).map(|spans| Self { metadata, spans }))
    }

    pub(in crate::shape) fn groups(&self) -> &[RowGroupMetaData] {
        self.metadata.row_groups()
    }

    /// Bytes from the first to behind the last of some row groups.
    pub(in crate::shape) fn span(&self, first: usize, count: usize) -> Option<(u64, u64)> {
        let start = self.spans.get(first)?.0;
        let end = self.spans.get(first.checked_add(count)?.checked_sub(1)?)?.1;
        Some((start, end))
    }
}

/// Where the row groups are; they have to come one after the other.
fn spans(metadata: &ParquetMetaData, identity: Identity) -> Result<Vec<(u64, u64)>, String> {
    let mut spans = Vec::with_capacity(metadata.num_row_groups());
    let mut before = 4;
    for (number, group) in metadata.row_groups().iter().enumerate() {
        let chunks = group.columns().iter().map(|column| {
            let start = column
                .dictionary_page_offset()
                .filter(|dictionary| *dictionary > 0)
                .unwrap_or(column.data_page_offset())
                .min(column.data_page_offset());
            let start = u64::try_from(start).ok()?;
            let end = start.checked_add(u64::try_from(column.compressed_size()).ok()?)?;
            Some((start, end))
        });
        let span = chunks.reduce(|one, other| {
            let (one, other) = (one?, other?);
            Some((one.0.min(other.0), one.1.max(other.1)))
        });
        let Some(Some((start, end))) = span else {
            return Err(format!("its row group {number} has no columns"));
        };
        if start < before || end > identity.size {
            return Err(format!(
                "its row group {number} is not behind the one before it"
            ));
        }
        before = end;
        spans.push((start, end));
    }
    if spans.is_empty() {
        return Err("it has no row groups".to_owned());
    }
    Ok(spans)
}
