//! What the metadata of a file must say before anything is read by it.

use ::parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};

/// More rows in one row group than any writer puts there, and what their bookkeeping may cost.
const ROWS: i64 = 1 << 28;

/// More values of a repeated column in one row group than any writer puts there.
const REPEATED: i64 = 1 << 26;

pub(super) fn rows(group: &RowGroupMetaData) -> u64 {
    u64::try_from(group.num_rows()).unwrap_or_default()
}

pub(super) fn check(metadata: &ParquetMetaData, size: u64) -> Result<(), String> {
    let said = metadata.file_metadata().num_rows();
    let columns = metadata.file_metadata().schema_descr().num_columns();
    for (number, group) in metadata.row_groups().iter().enumerate() {
        let wrong = |what: String| Err(format!("row group {number} has {what}"));
        if !(0..=ROWS).contains(&group.num_rows()) {
            return wrong(format!("{} rows", group.num_rows()));
        }
        if group.num_columns() != columns {
            return wrong(format!(
                "{} columns and the schema {columns}",
                group.num_columns()
            ));
        }
        for column in group.columns() {
            let name = column.column_path();
            if column.file_path().is_some() {
                return wrong(format!("its column {name} in another file"));
            }
            let start = column
                .dictionary_page_offset()
                .unwrap_or(column.data_page_offset());
            let end = start.checked_add(column.compressed_size());
            let inside = start >= 4
                && column.compressed_size() >= 0
                && end
                    .and_then(|end| u64::try_from(end).ok())
                    .is_some_and(|end| end <= size);
            if !inside {
                return wrong(format!("its column {name} outside of the file"));
            }
            let repeated = column.column_descr().max_rep_level() > 0;
            let limit = if repeated {
                REPEATED.max(group.num_rows())
            } else {
                group.num_rows()
            };
            if column.num_values() < 0 || column.num_values() > limit {
                return wrong(format!(
                    "{} values in column {name} of {} rows",
                    column.num_values(),
                    group.num_rows()
                ));
            }
        }
    }
    let found = super::total(metadata);
    if u64::try_from(said) != Ok(found) {
        return Err(format!(
            "the footer says {said} rows and the row groups have {found}"
        ));
    }
    Ok(())
}
