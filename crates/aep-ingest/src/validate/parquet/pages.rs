//! What a page says about itself, looked at before the `parquet` crate makes room for it.
//!
//! The crate allocates what a page's header announces, however little of it there is, and for two encodings as many
//! lengths as the page's first bytes announce. Pages are limited in size, and announcements to what the footer allows.

use std::fs::File;
use std::io;

use ::parquet::basic::Encoding;
use ::parquet::column::page::{Page, PageMetadata, PageReader};
use ::parquet::errors::{ParquetError, Result as ParquetResult};
use ::parquet::file::metadata::ColumnChunkMetaData;
use ::parquet::schema::types::ColumnDescPtr;

use super::footer::{Compact, I32, STRUCT};

/// The largest page that is read, in bytes without compression. Writers aim at 1 MiB.
pub(super) const PAGE: i64 = 32 << 20;

/// Bytes that a page's header usually fits in, and those that it has at most: it may hold a longest and a shortest text.
const HEADER: usize = 4 << 10;
const LONG_HEADER: usize = 4 << 20;

/// Follows the pages of a column, and looks at their headers.
pub(super) fn check(file: &File, chunk: &ColumnChunkMetaData) -> io::Result<Result<(), String>> {
    let number = |value: i64| u64::try_from(value).unwrap_or_default();
    let start = number(
        chunk
            .dictionary_page_offset()
            .unwrap_or(chunk.data_page_offset()),
    );
    let end = start.saturating_add(number(chunk.compressed_size()));
    let (mut at, mut values) = (start, 0_i64);
    let mut bytes = Vec::new();
    while at < end && values < chunk.num_values() {
        let mut room = HEADER;
        let header = loop {
            let want = room.min(usize::try_from(end - at).unwrap_or(room));
            bytes.resize(want, 0);
            let read = read_at(file, &mut bytes, at)?;
            bytes.truncate(read);
            match Header::read(&bytes) {
                Ok(header) => break header,
                Err(_) if read == want && want == room && room < LONG_HEADER => room *= 32,
                Err(what) => {
                    return Ok(Err(format!("the header of a page is damaged: {what}")));
                }
            }
        };
        if header.uncompressed > PAGE || header.uncompressed < 0 {
            return Ok(Err(format!(
                "a page of {} bytes; pages of up to {PAGE} bytes are read",
                header.uncompressed
            )));
        }
        let Ok(length) = u64::try_from(header.compressed) else {
            return Ok(Err("a page of negative length".to_owned()));
        };
        at = at.saturating_add(header.length).saturating_add(length);
        if at > end {
            return Ok(Err("a page that ends behind its column".to_owned()));
        }
        values = values.saturating_add(header.values.max(0));
    }
    if values > chunk.num_values() {
        return Ok(Err(format!(
            "{values} values in its pages, {} in the footer",
            chunk.num_values()
        )));
    }
    Ok(Ok(()))
}

#[cfg(unix)]
fn read_at(file: &File, into: &mut [u8], at: u64) -> io::Result<usize> {
    use std::os::unix::fs::FileExt;
    let mut done = 0;
    while let Some(rest) = into.get_mut(done..).filter(|rest| !rest.is_empty()) {
        match file.read_at(rest, at + done as u64) {
            Ok(0) => break,
            Ok(count) => done += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

#[cfg(not(unix))]
fn read_at(file: &File, into: &mut [u8], at: u64) -> io::Result<usize> {
    use std::io::{Read, Seek, SeekFrom};
    let mut file = file.try_clone()?;
    file.seek(SeekFrom::Start(at))?;
    let want = into.len() as u64;
    let mut bytes = Vec::new();
    file.take(want).read_to_end(&mut bytes)?;
    if let Some(into) = into.get_mut(..bytes.len()) {
        into.copy_from_slice(&bytes);
    }
    Ok(bytes.len())
}

/// `PageHeader` of parquet.thrift.
struct Header {
    length: u64,
    uncompressed: i64,
    compressed: i64,
    values: i64,
}

impl Header {
    fn read(bytes: &[u8]) -> Result<Self, &'static str> {
        let mut compact = Compact { bytes };
        let (mut id, mut uncompressed, mut compressed, mut values) = (0, -1, -1, 0);
        while let Some(kind) = compact.field(&mut id)? {
            match (id, kind) {
                (2, I32) => uncompressed = compact.zigzag()?,
                (3, I32) => compressed = compact.zigzag()?,
                // data_page_header and data_page_header_v2: num_values is the first field of both
                (5 | 8, STRUCT) => {
                    let mut inner = 0;
                    while let Some(kind) = compact.field(&mut inner)? {
                        if inner == 1 && kind == I32 {
                            values = compact.zigzag()?;
                        } else {
                            compact.skip(kind, 1)?;
                        }
                    }
                }
                _ => compact.skip(kind, 0)?,
            }
        }
        Ok(Self {
            length: (bytes.len() - compact.bytes.len()) as u64,
            uncompressed,
            compressed,
            values,
        })
    }
}

/// Hands out pages whose announcements can be believed.
pub(super) struct Guarded<P> {
    pages: P,
    column: ColumnDescPtr,
}

impl<P: PageReader> Guarded<P> {
    pub(super) fn new(pages: P, column: ColumnDescPtr) -> Self {
        Self { pages, column }
    }

    fn look(&self, page: &Page) -> Result<(), &'static str> {
        let (buf, values, encoding) = match page {
            Page::DataPage {
                buf,
                num_values,
                encoding,
                ..
            }
            | Page::DataPageV2 {
                buf,
                num_values,
                encoding,
                ..
            } => (buf, u64::from(*num_values), *encoding),
            Page::DictionaryPage { .. } => return Ok(()),
        };
        if !matches!(
            encoding,
            Encoding::DELTA_LENGTH_BYTE_ARRAY | Encoding::DELTA_BYTE_ARRAY
        ) {
            return Ok(());
        }
        let levels = match page {
            Page::DataPageV2 {
                def_levels_byte_len,
                rep_levels_byte_len,
                ..
            } => u64::from(*def_levels_byte_len) + u64::from(*rep_levels_byte_len),
            _ => self.levels(buf)?,
        };
        let levels = usize::try_from(levels).map_err(|_| SHORT)?;
        let mut rest = buf.get(levels..).ok_or(SHORT)?;
        if rest.is_empty() {
            return Ok(());
        }
        if encoding == Encoding::DELTA_BYTE_ARRAY {
            rest = delta(rest, values)?;
        }
        delta(rest, values).map(drop)
    }

    /// Bytes of the levels at the beginning of a page of the first version.
    fn levels(&self, buf: &[u8]) -> Result<u64, &'static str> {
        let mut length = 0_u64;
        for max in [self.column.max_rep_level(), self.column.max_def_level()] {
            if max == 0 {
                continue;
            }
            let at = usize::try_from(length).map_err(|_| SHORT)?;
            let Some([a, b, c, d]) = buf.get(at..).and_then(|rest| rest.get(..4)) else {
                return Err(SHORT);
            };
            length += 4 + u64::from(u32::from_le_bytes([*a, *b, *c, *d]));
        }
        Ok(length)
    }
}

const SHORT: &str = "a page that is shorter than it says";

/// Walks over numbers in the encoding DELTA_BINARY_PACKED; what follows them.
fn delta(bytes: &[u8], most: u64) -> Result<&[u8], &'static str> {
    let mut compact = Compact { bytes };
    let block = compact.varint()?;
    let minis = compact.varint()?;
    let count = compact.varint()?;
    compact.zigzag()?;
    if count > most {
        return Err("a page that announces more values than it has");
    }
    if minis == 0 || block == 0 || block % minis != 0 || block > 1 << 20 {
        return Err("a page with blocks of no size");
    }
    let size = block / minis;
    let mut left = count.saturating_sub(1);
    while left > 0 {
        compact.zigzag()?;
        let widths = compact.bytes;
        compact.drop(minis)?;
        for mini in 0..usize::try_from(minis).map_err(|_| SHORT)? {
            if left == 0 {
                break;
            }
            let width = widths.get(mini).copied().ok_or(SHORT)?;
            compact.drop((size * u64::from(width)).div_ceil(8))?;
            left = left.saturating_sub(size);
        }
    }
    Ok(compact.bytes)
}

impl<P: PageReader> Iterator for Guarded<P> {
    type Item = ParquetResult<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl<P: PageReader> PageReader for Guarded<P> {
    fn get_next_page(&mut self) -> ParquetResult<Option<Page>> {
        let page = self.pages.get_next_page()?;
        if let Some(page) = &page {
            self.look(page)
                .map_err(|what| ParquetError::General(what.to_owned()))?;
        }
        Ok(page)
    }

    fn peek_next_page(&mut self) -> ParquetResult<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> ParquetResult<()> {
        self.pages.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> ParquetResult<bool> {
        self.pages.at_record_boundary()
    }
}
