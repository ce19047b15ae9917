//! Reads the footer, after a look at the tree of the schema in it.
//!
//! The `parquet` crate builds that tree by recursion and makes room for as many children as an
//! element announces. Either could end the process, so depth and counts are checked first, by
//! walking over the footer's bytes (Thrift's compact protocol) as far as the list of the schema.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use ::parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};

/// A footer of more bytes is refused: it is held in memory. Ten thousand columns in a thousand row
/// groups stay below.
const FOOTER: u64 = 1 << 30;

/// Groups in groups, at most.
const DEPTH: usize = 200;

/// Structures in structures of the footer itself.
const NESTING: usize = 32;

/// The metadata of a file; the inner error says how it is damaged.
pub(super) fn read(file: &mut File, size: u64) -> io::Result<Result<ParquetMetaData, String>> {
    if size < 12 {
        return Ok(Err(format!("it has {size} bytes")));
    }
    let mut tail = [0; 8];
    file.seek(SeekFrom::End(-8))?;
    file.read_exact(&mut tail)?;
    let [a, b, c, d, ..] = tail;
    let length = u64::from(u32::from_le_bytes([a, b, c, d]));
    if length + 12 > size || length > FOOTER {
        return Ok(Err(format!(
            "a footer of {length} bytes in a file of {size}"
        )));
    }
    let mut footer = Vec::new();
    file.seek(SeekFrom::Start(size - 8 - length))?;
    file.by_ref().take(length).read_to_end(&mut footer)?;
    if footer.len() as u64 != length {
        return Ok(Err("the footer is shorter than it says".to_owned()));
    }
    if let Err(what) = walk(&footer) {
        return Ok(Err(format!("the footer is damaged: {what}")));
    }
    Ok(
        match catch_unwind(AssertUnwindSafe(|| {
            ParquetMetaDataReader::decode_metadata(&footer)
        })) {
            Ok(Ok(metadata)) => Ok(metadata),
            Ok(Err(error)) => Err(format!("the footer is damaged: {error}")),
            Err(_) => Err("the footer is damaged".to_owned()),
        },
    )
}

/// Walks over everything; looks into the schema.
fn walk(footer: &[u8]) -> Result<(), &'static str> {
    let mut bytes = Compact { bytes: footer };
    let (mut id, mut found) = (0, false);
    while let Some(kind) = bytes.field(&mut id)? {
        match id {
            // 2: schema
            2 if kind == LIST => schema(&mut bytes)?,
            2 => return Err("its schema is no list"),
            // 8: encryption_algorithm, of columns under a footer that is not
            8 => return Err("its columns are encrypted"),
            _ => bytes.skip(kind, 0)?,
        }
        found |= id == 2;
    }
    if found {
        Ok(())
    } else {
        Err("it has no schema")
    }
}

/// Checks that the children announced are there, and how deep they go.
fn schema(bytes: &mut Compact<'_>) -> Result<(), &'static str> {
    let (kind, count) = bytes.list()?;
    if kind != STRUCT || count == 0 {
        return Err("its schema has no elements");
    }
    // How many children are still to come at each level.
    let mut due: Vec<u64> = vec![1];
    for _ in 0..count {
        while due.last() == Some(&0) {
            due.pop();
        }
        let Some(last) = due.last_mut() else {
            return Err("its schema has elements that belong nowhere");
        };
        *last -= 1;
        let (mut id, mut children) = (0, 0);
        while let Some(kind) = bytes.field(&mut id)? {
            // 5: num_children
            if id == 5 && kind == I32 {
                children = bytes.zigzag()?;
            } else {
                bytes.skip(kind, 0)?;
            }
        }
        let children =
            u64::try_from(children).map_err(|_| "its schema has a negative number of children")?;
        if children > count {
            return Err("its schema announces more children than it has elements");
        }
        due.push(children);
        if due.len() > DEPTH {
            return Err("its schema is nested too deep");
        }
    }
    if due.iter().any(|due| *due > 0) {
        Err("its schema announces more children than it has")
    } else {
        Ok(())
    }
}

const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
pub(super) const I32: u8 = 5;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
pub(super) const STRUCT: u8 = 12;

pub(super) struct Compact<'b> {
    pub(super) bytes: &'b [u8],
}

const SHORT: &str = "it ends too early";

impl Compact<'_> {
    fn byte(&mut self) -> Result<u8, &'static str> {
        let (byte, rest) = self.bytes.split_first().ok_or(SHORT)?;
        self.bytes = rest;
        Ok(*byte)
    }

    pub(super) fn drop(&mut self, count: u64) -> Result<(), &'static str> {
        let count = usize::try_from(count).map_err(|_| SHORT)?;
        self.bytes = self.bytes.get(count..).ok_or(SHORT)?;
        Ok(())
    }

    pub(super) fn varint(&mut self) -> Result<u64, &'static str> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err("it has a number that doesn't end")
    }

    pub(super) fn zigzag(&mut self) -> Result<i64, &'static str> {
        let value = self.varint()?;
        Ok((value >> 1).cast_signed() ^ -((value & 1).cast_signed()))
    }

    /// The type of the next field, and its number in `id`; none at the end of the structure.
    pub(super) fn field(&mut self, id: &mut i64) -> Result<Option<u8>, &'static str> {
        let head = self.byte()?;
        if head == 0 {
            return Ok(None);
        }
        let delta = i64::from(head >> 4);
        *id = if delta == 0 {
            self.zigzag()?
        } else {
            id.checked_add(delta).ok_or(SHORT)?
        };
        Ok(Some(head & 0x0F))
    }

    /// The type of the elements, and how many.
    fn list(&mut self) -> Result<(u8, u64), &'static str> {
        let head = self.byte()?;
        let short = u64::from(head >> 4);
        let count = if short == 15 { self.varint()? } else { short };
        Ok((head & 0x0F, self.count(count)?))
    }

    /// A number of elements. Each has a byte at least, so there are no more of them than bytes.
    fn count(&self, count: u64) -> Result<u64, &'static str> {
        if count > self.bytes.len() as u64 {
            return Err("it has a list that is longer than itself");
        }
        Ok(count)
    }

    /// An element of a list or a map. A flag, which is in the type of a field, has a byte of its own there.
    fn element(&mut self, kind: u8, depth: usize) -> Result<(), &'static str> {
        if matches!(kind, TRUE | FALSE) {
            self.drop(1)
        } else {
            self.skip(kind, depth)
        }
    }

    pub(super) fn skip(&mut self, kind: u8, depth: usize) -> Result<(), &'static str> {
        if depth > NESTING {
            return Err("it is nested too deep");
        }
        match kind {
            TRUE | FALSE => Ok(()),
            BYTE => self.drop(1),
            I16 | I32 | I64 => self.varint().map(drop),
            DOUBLE => self.drop(8),
            BINARY => {
                let length = self.varint()?;
                self.drop(length)
            }
            LIST | SET => {
                let (kind, count) = self.list()?;
                for _ in 0..count {
                    self.element(kind, depth + 1)?;
                }
                Ok(())
            }
            MAP => {
                let count = self.varint()?;
                let count = self.count(count)?;
                if count == 0 {
                    return Ok(());
                }
                let kinds = self.byte()?;
                for _ in 0..count {
                    self.element(kinds >> 4, depth + 1)?;
                    self.element(kinds & 0x0F, depth + 1)?;
                }
                Ok(())
            }
            STRUCT => {
                let mut id = 0;
                while let Some(kind) = self.field(&mut id)? {
                    self.skip(kind, depth + 1)?;
                }
                Ok(())
            }
            _ => Err("it has a field of an unknown type"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::cast_possible_truncation, reason = "tests")]

    use super::walk;

    /// A footer of a version and a schema with these numbers of children.
    fn footer(children: &[u32]) -> Vec<u8> {
        let mut bytes = vec![0x15, 0x02, 0x19];
        if children.len() < 15 {
            bytes.push((u8::try_from(children.len()).unwrap_or(0) << 4) | 0x0C);
        } else {
            bytes.push(0xFC);
            varint(&mut bytes, children.len() as u64);
        }
        for count in children {
            bytes.push(0x55);
            varint(&mut bytes, u64::from(*count) << 1);
            bytes.push(0);
        }
        bytes.push(0);
        bytes
    }

    pub(super) fn varint(bytes: &mut Vec<u8>, mut value: u64) {
        while value > 0x7F {
            bytes.push(0x80 | (value & 0x7F) as u8);
            value >>= 7;
        }
        bytes.push(value as u8);
    }

    #[test]
    fn trees_are_weighed_before_they_are_built() {
        assert_eq!(walk(&footer(&[2, 0, 1, 0])), Ok(()));
        assert_eq!(walk(&footer(&[0])), Ok(()));
        assert!(walk(&footer(&[2, 0])).is_err());
        assert!(walk(&footer(&[1, 0, 0])).is_err());
        assert!(walk(&footer(&[i32::MAX as u32, 0])).is_err());
        assert_eq!(walk(&footer(&[vec![1; 150], vec![0]].concat())), Ok(()));
        assert!(walk(&footer(&[vec![1; 300], vec![0]].concat())).is_err());
        assert!(walk(&[]).is_err());
        assert!(walk(&[0]).is_err());
        assert!(walk(&[0x19, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]).is_err());
        assert!(walk(&[0x1C; 1000]).is_err());
        // a map of 2^62 flags
        let mut map = vec![0x1B];
        varint(&mut map, 1 << 62);
        map.extend([0x11; 20]);
        assert!(walk(&map).is_err());
    }
}
