//! Figures as text: tables, goals, docs/benchmarks.md.

use std::fmt::Write;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::measure::Cost;
use crate::error::{Context, Result};
use crate::{output, process, workspace};

/// Runs of one client.
#[derive(Debug, Clone, Default)]
pub(super) struct Costs(pub(super) Vec<Cost>);

impl Costs {
    /// The middle of the runs, each figure by itself.
    pub(super) fn median(&self) -> Cost {
        Cost {
            wall: middle(self.0.iter().map(|cost| cost.wall)),
            cpu: middle(self.0.iter().map(|cost| cost.cpu)),
            peak: middle(self.0.iter().map(|cost| cost.peak)),
        }
    }

    /// Wall, CPU and memory as cells of a table: the median, and the extremes if there are any.
    fn cells(&self) -> String {
        let median = self.median();
        let cell = |middle: String, least: Option<String>, most: Option<String>| match (least, most)
        {
            (Some(least), Some(most)) if least != most => format!("{middle} ({least}–{most})"),
            _ => middle,
        };
        let times = |of: fn(&Cost) -> Duration| {
            cell(
                seconds(of(&median)),
                self.0.iter().map(of).min().map(seconds),
                self.0.iter().map(of).max().map(seconds),
            )
        };
        let peaks = cell(
            mib(median.peak),
            self.0.iter().map(|cost| cost.peak).min().map(mib),
            self.0.iter().map(|cost| cost.peak).max().map(mib),
        );
        format!(
            "{} | {} | {peaks}",
            times(|cost| cost.wall),
            times(|cost| cost.cpu)
        )
    }
}

fn middle<T: Ord + Default>(values: impl Iterator<Item = T>) -> T {
    let mut values: Vec<T> = values.collect();
    values.sort();
    let middle = values.len() / 2;
    values.into_iter().nth(middle).unwrap_or_default()
}

/// A part of the report.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Section {
    title: String,
    text: String,
    goals: Vec<Goal>,
}

/// A promise, and what was found.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Goal {
    id: String,
    target: String,
    found: String,
    met: bool,
}

impl Section {
    pub(super) fn new(title: &str, intro: &str) -> Self {
        Self {
            title: title.to_owned(),
            text: format!("{intro}\n"),
            goals: Vec::new(),
        }
    }

    /// Adds a table of clients with what they cost; `extra` is one more column.
    pub(super) fn table<'a>(
        &mut self,
        extra: Option<&str>,
        rows: impl IntoIterator<Item = (&'a str, &'a Costs, String)>,
    ) {
        let (head, line) = match extra {
            Some(extra) => (format!(" {extra} |"), "---|"),
            None => (String::new(), ""),
        };
        let _ = write!(
            self.text,
            "\n| client | wall, s | CPU, s | peak, MiB |{head}\n|---|---|---|---|{line}\n"
        );
        for (client, costs, more) in rows {
            let more = if extra.is_some() {
                format!(" {more} |")
            } else {
                String::new()
            };
            let _ = writeln!(self.text, "| {client} | {} |{more}", costs.cells());
        }
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        let _ = write!(self.text, "\n{text}\n");
    }

    /// A goal that is met if the figure is not above the limit.
    pub(super) fn at_most(&mut self, id: &str, what: &str, limit: f64, unit: &str, found: f64) {
        self.goal(id, what, '≤', limit, unit, found, found <= limit);
    }

    /// A goal that is met if the figure is not below the limit.
    pub(super) fn at_least(&mut self, id: &str, what: &str, limit: f64, unit: &str, found: f64) {
        self.goal(id, what, '≥', limit, unit, found, found >= limit);
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the two public forms are what is called"
    )]
    fn goal(
        &mut self,
        id: &str,
        what: &str,
        sign: char,
        limit: f64,
        unit: &str,
        found: f64,
        met: bool,
    ) {
        self.goals.push(Goal {
            id: id.to_owned(),
            target: format!("{what} {sign} {}", figure(limit, unit)),
            found: figure(found, unit),
            met,
        });
    }

    /// Shows it, with its goals.
    pub(super) fn print(&self) {
        output::line(format!("## {}\n\n{}", self.title, self.text));
        for goal in &self.goals {
            output::line(goal.row());
        }
    }

    /// Keeps it, so that a later run of other jobs can write all.
    pub(super) fn keep(&self, job: &str) -> Result<()> {
        let path = kept(job);
        let doing = || format!("could not write {}", path.display());
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).doing(doing)?;
        }
        let text = serde_json::to_vec(self).doing(doing)?;
        std::fs::write(&path, text).doing(doing)
    }

    /// What the last run of a job has kept.
    pub(super) fn kept(job: &str) -> Option<Self> {
        let text = std::fs::read(kept(job)).ok()?;
        serde_json::from_slice(&text).ok()
    }
}

impl Goal {
    fn row(&self) -> String {
        let verdict = if self.met { "met" } else { "**missed**" };
        format!(
            "| {} | {} | {} | {verdict} |",
            self.id, self.target, self.found
        )
    }

    /// `P10` comes after `P9`.
    fn rank(&self) -> u32 {
        self.id.trim_start_matches('P').parse().unwrap_or(u32::MAX)
    }
}

fn kept(job: &str) -> PathBuf {
    process::target_dir().join(format!("bench/{job}.json"))
}

/// Three digits where they matter.
fn figure(value: f64, unit: &str) -> String {
    if value.abs() >= 100.0 {
        format!("{value:.0} {unit}")
    } else if value.abs() >= 10.0 {
        format!("{value:.1} {unit}")
    } else {
        format!("{value:.2} {unit}")
    }
}

pub(super) fn seconds(time: Duration) -> String {
    if time < Duration::from_millis(100) {
        format!("{:.3}", time.as_secs_f64())
    } else {
        format!("{:.2}", time.as_secs_f64())
    }
}

/// How many times as long.
pub(super) fn ratio(ours: Duration, theirs: Duration) -> f64 {
    ours.as_secs_f64() / theirs.as_secs_f64()
}

/// How many times as much.
#[expect(
    clippy::cast_precision_loss,
    reason = "a ratio does not need all digits"
)]
pub(super) fn times(ours: u64, theirs: u64) -> f64 {
    ours as f64 / theirs as f64
}

/// Bytes in mebibytes.
pub(super) fn as_mib(bytes: u64) -> f64 {
    times(bytes, 1 << 20)
}

/// Bytes in mebibytes with one digit.
pub(super) fn mib(bytes: u64) -> String {
    format!("{:.1}", as_mib(bytes))
}

/// Writes docs/benchmarks.md.
pub(super) fn write(sections: &[Section]) -> Result<()> {
    let path = workspace::root().join("docs/benchmarks.md");
    let mut text = format!(
        "# Benchmarks\n\nWritten by `cargo xtask bench --write` at commit {} on {}. The server discards what it gets, over \
         loopback: the client is what is measured. The clients of a table ran by turns; a cell is the median of the rounds \
         and, in brackets, the least and the most. Wall times compare only inside one table.\n\n\
         ## Goals\n\n| | goal | found | |\n|---|---|---|---|\n",
        commit(),
        machine()
    );
    let mut goals: Vec<&Goal> = sections.iter().flat_map(|section| &section.goals).collect();
    goals.sort_by_key(|goal| goal.rank());
    for goal in goals {
        let _ = writeln!(text, "{}", goal.row());
    }
    for section in sections {
        let _ = write!(text, "\n## {}\n\n{}", section.title, section.text);
    }
    std::fs::write(&path, text).doing(|| format!("could not write {}", path.display()))?;
    output::note(format!("wrote {}", path.display()));
    Ok(())
}

/// The short name of the commit that was measured.
fn commit() -> String {
    let mut git = Command::new("git");
    git.args(["rev-parse", "--short=10", "HEAD"])
        .current_dir(workspace::root());
    match git.output() {
        Ok(said) if said.status.success() => {
            String::from_utf8_lossy(&said.stdout).trim().to_owned()
        }
        _ => "unknown".to_owned(),
    }
}

/// The machine, as far as it tells.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let read = |path| std::fs::read_to_string(path).unwrap_or_default();
    let info = read("/proc/cpuinfo");
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .and_then(|line| line.split(": ").nth(1))
        .unwrap_or("an unnamed processor");
    let memory = read("/proc/meminfo")
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))
        .and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok())
        .map_or(0, |kilobytes| kilobytes.div_ceil(1 << 20));
    let release = read("/proc/sys/kernel/osrelease");
    let kernel = release.split('-').next().unwrap_or_default().trim();
    format!(
        "{cores} cores of {}, {memory} GiB of memory, Linux {kernel}",
        model.trim()
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Cost, Costs, Section, figure, mib, middle};

    #[test]
    fn figures_are_readable() {
        assert_eq!(mib(25 << 19), "12.5");
        assert_eq!(figure(1.234, "×"), "1.23 ×");
        assert_eq!(figure(12.34, "MiB"), "12.3 MiB");
        assert_eq!(figure(1_234_567.0, "rows/s"), "1234567 rows/s");
        assert_eq!(middle([3, 1, 2].into_iter()), 2);
    }

    #[test]
    fn a_cell_has_the_median_and_the_extremes() {
        let cost = |ms| Cost {
            wall: Duration::from_millis(ms),
            cpu: Duration::from_millis(10),
            peak: 1 << 20,
        };
        let costs = Costs([300, 100, 200].map(cost).to_vec());
        assert_eq!(costs.cells(), "0.20 (0.10–0.30) | 0.010 | 1.0");
    }

    #[test]
    fn a_goal_is_met_or_missed() {
        let mut section = Section::new("a", "b");
        section.at_most("P1", "CPU", 1.3, "× curl", 1.29);
        section.at_least("P13", "speed", 150.0, "MB/s", 149.0);
        let rows: Vec<String> = section.goals.iter().map(super::Goal::row).collect();
        assert_eq!(
            rows,
            [
                "| P1 | CPU ≤ 1.30 × curl | 1.29 × curl | met |",
                "| P13 | speed ≥ 150 MB/s | 149 MB/s | **missed** |",
            ]
        );
    }
}
