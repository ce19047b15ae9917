//! What is uploaded.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::error::{Context, Result};
use crate::workspace;

/// A file of about `size` bytes: the sample members over and over, as JSON Lines.
pub(super) fn members(folder: &Path, name: &str, size: u64) -> Result<PathBuf> {
    repeated(folder, name, size, [b"", b"", b""])
}

/// The same as one JSON array.
pub(super) fn members_array(folder: &Path, name: &str, size: u64) -> Result<PathBuf> {
    repeated(folder, name, size, [b"[\n", b",", b"]\n"])
}

fn repeated(
    folder: &Path,
    name: &str,
    size: u64,
    [before, between, after]: [&[u8]; 3],
) -> Result<PathBuf> {
    let sample = workspace::root().join("samples/loyalty-members.ndjson");
    let text = std::fs::read_to_string(&sample)
        .doing(|| format!("could not read {}", sample.display()))?;
    let mut written = 0;
    let mut lines = text.split_inclusive('\n').cycle();
    file(&folder.join(name), |out| {
        out.write_all(before)?;
        loop {
            let line = lines.next().unwrap_or_default();
            out.write_all(line.as_bytes())?;
            written += (line.len() + between.len()) as u64;
            if written >= size || line.is_empty() {
                return out.write_all(after);
            }
            out.write_all(between)?;
        }
    })
}

/// A file of this length that takes no space: only the length matters. It is sent if it is said to be CSV.
pub(super) fn hole(folder: &Path, name: &str, size: u64) -> Result<PathBuf> {
    let path = folder.join(name);
    let doing = || format!("could not create {}", path.display());
    let file = File::create(&path).doing(doing)?;
    file.set_len(size).doing(doing)?;
    Ok(path)
}

/// A file of bytes that no file system stores as holes, and that may pass for CSV.
pub(super) fn bytes(folder: &Path, name: &str, size: u64) -> Result<PathBuf> {
    let block = b"a row of a table,with a few cells,that say nothing\n".repeat(1 << 11);
    file(&folder.join(name), |out| {
        let mut left = size;
        while left > 0 {
            let take = left.min(block.len() as u64);
            let part = block.get(..usize::try_from(take).unwrap_or_default());
            out.write_all(part.unwrap_or_default())?;
            left -= take;
        }
        Ok(())
    })
}

/// A folder of such files.
pub(super) fn many(folder: &Path, name: &str, files: usize, size: u64) -> Result<PathBuf> {
    let folder = folder.join(name);
    std::fs::create_dir(&folder).doing(|| "could not create a folder")?;
    for at in 0..files {
        bytes(&folder, &format!("part-{at:05}.csv"), size)?;
    }
    Ok(folder)
}

/// A folder of files of JSON Lines, each of exactly so many bytes.
pub(super) fn many_rows(folder: &Path, name: &str, files: usize, size: usize) -> Result<PathBuf> {
    let folder = folder.join(name);
    std::fs::create_dir(&folder).doing(|| "could not create a folder")?;
    for at in 0..files {
        let start = format!(
            "{{\"_id\":\"member-{at:08}\",\"_local\":{{\"memberId\":\"M{at:08}\",\"preferences\":{{\"note\":\""
        );
        let end = "\"}}}\n";
        let fill = size.saturating_sub(start.len() + end.len());
        file(&folder.join(format!("part-{at:06}.ndjson")), |out| {
            write!(out, "{start}{}{end}", "x".repeat(fill))
        })?;
    }
    Ok(folder)
}

/// Purchases without nesting below the second level: what is validated and converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rows {
    Csv,
    Ndjson,
}

/// Simple rows of the schema of the purchases, each different.
pub(super) fn purchases(folder: &Path, rows: u64, form: Rows) -> Result<PathBuf> {
    const CURRENCIES: [&str; 4] = ["EUR", "CHF", "GBP", "USD"];
    const CHANNELS: [&str; 3] = ["web", "app", "store"];
    let name = match form {
        Rows::Csv => "purchases.csv",
        Rows::Ndjson => "purchases.ndjson",
    };
    let pick = |from: &[&'static str], chance: u64| {
        let at = usize::try_from(chance).unwrap_or_default() % from.len();
        from.get(at).copied().unwrap_or_default()
    };
    file(&folder.join(name), |out| {
        if form == Rows::Csv {
            out.write_all(
                b"_id,timestamp,eventType,commerce.order.priceTotal,commerce.order.currencyCode,\
                  _local.memberId,_local.channel,_local.pointsEarned\n",
            )?;
        }
        for row in 0..rows {
            let chance = mix(row);
            let (day, second) = (chance % 28 + 1, chance / 28 % 86_400);
            let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
            let cents = chance >> 20 & 0xffff;
            let (price, rest) = (cents / 100, cents % 100);
            let (member, points) = (chance >> 36 & 0xf_ffff, price);
            let (currency, channel) = (
                pick(&CURRENCIES, chance >> 56),
                pick(&CHANNELS, chance >> 60),
            );
            match form {
                Rows::Csv => writeln!(
                    out,
                    "purchase-{row:010},2026-09-{day:02}T{hour:02}:{minute:02}:{second:02}Z,commerce.purchases,\
                     {price}.{rest:02},{currency},M{member:08},{channel},{points}"
                )?,
                Rows::Ndjson => writeln!(
                    out,
                    "{{\"_id\":\"purchase-{row:010}\",\"timestamp\":\"2026-09-{day:02}T{hour:02}:{minute:02}:{second:02}Z\",\
                     \"eventType\":\"commerce.purchases\",\"commerce\":{{\"order\":{{\"priceTotal\":{price}.{rest:02},\
                     \"currencyCode\":\"{currency}\"}}}},\"_local\":{{\"memberId\":\"M{member:08}\",\"channel\":\"{channel}\",\
                     \"pointsEarned\":{points}}}}}"
                )?,
            }
        }
        Ok(())
    })
}

/// Spreads a number over all bits (the finish of SplitMix64).
fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

fn file(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>,
) -> Result<PathBuf> {
    let doing = || format!("could not write {}", path.display());
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path).doing(doing)?);
    fill(&mut out).doing(doing)?;
    out.flush().doing(doing)?;
    Ok(path.to_owned())
}

/// Bytes of a file, or of the files in a folder.
pub(super) fn size(path: &Path) -> Result<u64> {
    let doing = || format!("could not read {}", path.display());
    if !path.is_dir() {
        return Ok(std::fs::metadata(path).doing(doing)?.len());
    }
    let mut sum = 0;
    for entry in std::fs::read_dir(path).doing(doing)? {
        sum += entry.doing(doing)?.metadata().doing(doing)?.len();
    }
    Ok(sum)
}

/// Removes a file or a folder.
pub(super) fn remove(path: &Path) -> Result<()> {
    let removed = if path.is_dir() {
        std::fs::remove_dir_all(path)
    } else {
        std::fs::remove_file(path)
    };
    removed.doing(|| format!("could not remove {}", path.display()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn files_are_what_they_say() {
        let folder = tempfile::tempdir().unwrap();
        let array = members_array(folder.path(), "a.json", 5_000).unwrap();
        let rows: Vec<serde_json::Value> =
            serde_json::from_slice(&std::fs::read(array).unwrap()).unwrap();
        assert!(rows.len() > 2);
        let small = many_rows(folder.path(), "many", 3, 1024).unwrap();
        assert_eq!(size(&small).unwrap(), 3 * 1024);
        let lines = std::fs::read_to_string(purchases(folder.path(), 10, Rows::Ndjson).unwrap());
        for line in lines.unwrap().lines() {
            serde_json::from_str::<serde_json::Value>(line).unwrap();
        }
        let lines = std::fs::read_to_string(purchases(folder.path(), 10, Rows::Csv).unwrap());
        assert_eq!(lines.unwrap().lines().count(), 11);
    }
}
