//! Figures as text.

use std::time::Duration;

use super::Section;
use super::measure::Cost;
use crate::error::{Context, Result};
use crate::{output, workspace};

/// The middle of several runs, each figure by itself.
pub(super) fn median(costs: &[Cost]) -> Cost {
    Cost {
        wall: middle(costs.iter().map(|cost| cost.wall)),
        cpu: middle(costs.iter().map(|cost| cost.cpu)),
        peak: middle(costs.iter().map(|cost| cost.peak)),
    }
}

fn middle<T: Ord + Default>(values: impl Iterator<Item = T>) -> T {
    let mut values: Vec<T> = values.collect();
    values.sort();
    let middle = values.len() / 2;
    values.into_iter().nth(middle).unwrap_or_default()
}

pub(super) fn seconds(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64())
}

/// Bytes in mebibytes with one digit.
pub(super) fn mib(bytes: u64) -> String {
    let tenths = bytes * 10 / (1 << 20);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Bytes in the largest decimal unit that leaves a whole number.
pub(super) fn bytes(size: u64) -> String {
    for (unit, name) in [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "KB")] {
        if size >= unit && size.is_multiple_of(unit) {
            return format!("{} {name}", size / unit);
        }
    }
    format!("{size} bytes")
}

/// Writes docs/benchmarks.md.
pub(super) fn write(sections: &[Section]) -> Result<()> {
    let path = workspace::root().join("docs/benchmarks.md");
    let mut text = format!(
        "# Benchmarks\n\nWritten by `cargo xtask bench --write` on {}. The server discards what it gets, over loopback: \
         the client is what is measured. Wall times compare only inside one run.\n",
        machine()
    );
    for section in sections {
        text.push('\n');
        text.push_str(&section.text);
    }
    std::fs::write(&path, text).doing(|| format!("could not write {}", path.display()))?;
    output::note(format!("wrote {}", path.display()));
    Ok(())
}

/// The processor, as far as it tells.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .and_then(|line| line.split(": ").nth(1))
        .unwrap_or("an unnamed processor");
    format!("{cores} cores of {}, Linux", model.trim())
}

#[cfg(test)]
mod tests {
    use super::{bytes, mib, middle};

    #[test]
    fn figures_are_readable() {
        assert_eq!(mib(25 << 19), "12.5");
        assert_eq!(bytes(2_000_000_000), "2 GB");
        assert_eq!(bytes(1 << 10), "1024 bytes");
        assert_eq!(middle([3, 1, 2].into_iter()), 2);
    }
}
