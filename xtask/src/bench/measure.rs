//! What a program used: wall clock, processor and memory.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4;

use crate::error::{Context, Error, Result};

/// The cost of one run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cost {
    pub(super) wall: Duration,
    pub(super) cpu: Duration,
    /// Highest resident memory in bytes.
    pub(super) peak: u64,
}

/// So much in a second.
#[expect(
    clippy::cast_precision_loss,
    reason = "a rate does not need all digits"
)]
pub(super) fn rate(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

/// Runs a command to its end. A failure of the command is an error that shows what it said.
///
/// Memory is read from `/proc` while the program runs: what the system reports in the end counts that of this program too,
/// from before the command took its place. Processor time is known to the microsecond.
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
    loop {
        let status =
            fs::read_to_string(format!("{folder}/status")).doing(|| "could not read /proc")?;
        peak = high_water(&status).unwrap_or(peak);
        if has_ended(&status) {
            break;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    let wall = started.elapsed();
    let used = child.wait4().doing(|| "could not wait for the command")?;
    if !used.status.success() {
        let (status, said) = (used.status, said(log));
        return Err(Error::new(format!(
            "{command:?} ended with {status}: {said}"
        )));
    }
    let cpu = used.rusage.utime + used.rusage.stime;
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

/// Whether `/proc/PID/status` is that of a process that only waits to be waited for.
fn has_ended(status: &str) -> bool {
    status.lines().any(|line| line.starts_with("State:\tZ"))
}

#[cfg(test)]
mod tests {
    use super::{has_ended, high_water};

    #[test]
    fn proc_is_read() {
        let running = "Name:\taep\nState:\tR (running)\nVmHWM:\t   12340 kB\nVmRSS:\t 1 kB\n";
        assert_eq!(high_water(running), Some(12_340 * 1024));
        assert!(!has_ended(running));
        let ended = "Name:\taep\nState:\tZ (zombie)\n";
        assert_eq!(high_water(ended), None);
        assert!(has_ended(ended));
    }
}
