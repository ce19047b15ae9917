//! What a program used: wall clock, processor and memory, read from `/proc`.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::error::{Context, Error, Result};

/// Linux counts processor time in `/proc` in hundredths of a second.
const TICK: Duration = Duration::from_millis(10);

/// The cost of one run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cost {
    pub(super) wall: Duration,
    pub(super) cpu: Duration,
    /// Highest resident memory in bytes.
    pub(super) peak: u64,
}

/// Runs a command to its end. A failure of the command is an error that shows what it said.
pub(super) fn run(command: &mut Command) -> Result<Cost> {
    let log = tempfile::tempfile().doing(|| "could not make a temporary file")?;
    let errors = log.try_clone().doing(|| "could not share a file")?;
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(errors)
        .spawn()
        .doing(|| format!("could not start {command:?}"))?;
    let folder = format!("/proc/{}", child.id());
    let mut peak = 0;
    // The high-water mark only rises, so the last reading before the end is the answer.
    let cpu = loop {
        let status =
            fs::read_to_string(format!("{folder}/status")).doing(|| "could not read /proc")?;
        peak = high_water(&status).unwrap_or(peak);
        let stat = fs::read_to_string(format!("{folder}/stat")).doing(|| "could not read /proc")?;
        // A process that has ended keeps its times until it is waited for.
        match state_and_cpu(&stat) {
            Some(('Z', cpu)) => break cpu,
            Some(_) => std::thread::sleep(Duration::from_millis(2)),
            None => return Err(Error::new(format!("{folder}/stat has an unknown form"))),
        }
    };
    let wall = started.elapsed();
    let status = child.wait().doing(|| "could not wait for the command")?;
    if !status.success() {
        return Err(Error::new(format!(
            "{command:?} ended with {status}: {}",
            said(log)
        )));
    }
    Ok(Cost { wall, cpu, peak })
}

fn said(mut log: fs::File) -> String {
    use std::io::{Read, Seek};
    let mut text = String::new();
    let read = log.rewind().and_then(|()| log.read_to_string(&mut text));
    read.map_or_else(|error| error.to_string(), |_| text.trim().to_owned())
}

/// `VmHWM` of `/proc/PID/status` in bytes; absent once the process has ended.
fn high_water(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// The state letter of `/proc/PID/stat`, and user plus system time.
fn state_and_cpu(stat: &str) -> Option<(char, Duration)> {
    let (_, after_name) = stat.rsplit_once(") ")?;
    let fields: Vec<&str> = after_name.split(' ').collect();
    let state = fields.first()?.chars().next()?;
    let ticks: u32 = fields.get(11)?.parse::<u32>().ok()? + fields.get(12)?.parse::<u32>().ok()?;
    Some((state, TICK * ticks))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{high_water, state_and_cpu};

    #[test]
    fn proc_is_read() {
        assert_eq!(
            high_water("Name:\taep\nVmHWM:\t   12340 kB\nVmRSS:\t 1 kB\n"),
            Some(12_340 * 1024)
        );
        assert_eq!(high_water("Name:\taep\nState:\tZ (zombie)\n"), None);
        let stat = "42 (a) b) Z 1 42 42 0 -1 4194560 100 0 0 0 31 12 0 0 20 0 1 0 5 0 0";
        assert_eq!(state_and_cpu(stat), Some(('Z', Duration::from_millis(430))));
    }
}
