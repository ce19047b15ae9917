//! Compressed files: as much of their content as is asked for.

use std::io::{self, Read};

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

/// `compressionType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    Bzip2,
    Gzip,
    Deflate,
    ZipDeflate,
    TarGzip,
    Tar,
}

impl Compression {
    const ALL: [Self; 6] = [
        Self::Bzip2,
        Self::Gzip,
        Self::Deflate,
        Self::ZipDeflate,
        Self::TarGzip,
        Self::Tar,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Bzip2 => "bzip2",
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::ZipDeflate => "zipDeflate",
            Self::TarGzip => "tarGzip",
            Self::Tar => "tar",
        }
    }

    pub(super) fn of_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name().eq_ignore_ascii_case(name))
    }
}

/// The first `limit` bytes of what is packed: of archives, of the first file in them. The packed bytes may be cut.
pub(super) fn unpack(kind: Compression, packed: &[u8], limit: usize) -> Result<Vec<u8>, String> {
    match kind {
        Compression::Gzip => read(MultiGzDecoder::new(packed), limit),
        // Files of this kind come with and without the two bytes in front.
        Compression::Deflate => read(ZlibDecoder::new(packed), limit)
            .or_else(|_| read(DeflateDecoder::new(packed), limit)),
        Compression::Tar => first_of_tar(packed, limit),
        Compression::TarGzip => {
            let tar = read(MultiGzDecoder::new(packed), limit)?;
            first_of_tar(&tar, limit)
        }
        Compression::ZipDeflate => first_of_zip(packed, limit),
        Compression::Bzip2 => Err("the emulator does not read bzip2".to_owned()),
    }
}

fn read(mut source: impl Read, limit: usize) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut block = [0_u8; 16 * 1024];
    while bytes.len() < limit {
        match source.read(&mut block) {
            Ok(0) => break,
            Ok(read) => bytes.extend_from_slice(&block[..read]),
            // Only the head of the file was given.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && !bytes.is_empty() => {
                break;
            }
            Err(error) => return Err(format!("the compressed file cannot be read: {error}")),
        }
    }
    bytes.truncate(limit);
    Ok(bytes)
}

const TAR_BLOCK: usize = 512;

/// Whether it begins like a tar archive.
pub(super) fn is_tar(bytes: &[u8]) -> bool {
    bytes.get(257..262) == Some(b"ustar")
}

fn first_of_tar(tar: &[u8], limit: usize) -> Result<Vec<u8>, String> {
    let mut rest = tar;
    while let Some((header, after)) = rest.split_at_checked(TAR_BLOCK) {
        if !is_tar(header) {
            break;
        }
        let octal = std::str::from_utf8(&header[124..136]).unwrap_or_default();
        let octal = octal.trim_matches(|sign: char| sign == '\0' || sign == ' ');
        let size = usize::from_str_radix(octal, 8)
            .map_err(|_| "the tar archive has an entry without a size".to_owned())?;
        if matches!(header[156], b'0' | 0) {
            return Ok(after[..size.min(limit).min(after.len())].to_vec());
        }
        let Some(next) = after.get(size.next_multiple_of(TAR_BLOCK)..) else {
            break;
        };
        rest = next;
    }
    Err("there is no file in the tar archive".to_owned())
}

/// What a local header of a zip archive begins with.
pub(super) const ZIP: &[u8] = b"PK\x03\x04";

fn first_of_zip(zip: &[u8], limit: usize) -> Result<Vec<u8>, String> {
    let cut = || "the zip archive cannot be read".to_owned();
    let number = |at: usize, len: usize| {
        let bytes = zip.get(at..at + len)?;
        let value = bytes
            .iter()
            .rev()
            .fold(0_usize, |value, byte| value << 8 | usize::from(*byte));
        Some(value)
    };
    if !zip.starts_with(ZIP) {
        return Err(cut());
    }
    let (method, size) = (number(8, 2), number(18, 4));
    let skip = number(26, 2)
        .zip(number(28, 2))
        .map(|(name, extra)| 30 + name + extra);
    let (method, size) = method.zip(size).ok_or_else(cut)?;
    let data = skip.and_then(|skip| zip.get(skip..)).ok_or_else(cut)?;
    match method {
        0 => Ok(data[..size.min(limit).min(data.len())].to_vec()),
        8 => read(DeflateDecoder::new(data), limit),
        _ => Err("the zip archive is compressed in a way the emulator does not read".to_owned()),
    }
}
