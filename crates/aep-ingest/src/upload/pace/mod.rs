//! How fast batches are made.

mod store;

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use aep_core::{Result, limits};
use serde::Serialize;
use tokio::sync::Mutex;

pub(crate) use self::store::Store;
use crate::jobs::{blocking, now};
use crate::plan::Limits;

/// A time in which batches are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    /// 60 seconds.
    Minute,
    /// 60 minutes.
    Hour,
    /// 24 hours.
    Day,
}

impl Period {
    /// In milliseconds.
    const fn len(self) -> i64 {
        match self {
            Self::Minute => 60_000,
            Self::Hour => 3_600_000,
            Self::Day => 86_400_000,
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
        })
    }
}

/// No more batches than this in any such time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate {
    pub(crate) most: u32,
    pub(crate) period: Period,
    /// Whether only batches with rows for profiles count.
    pub(crate) profiles: bool,
}

/// The rates to keep; `profiles`: whether the batches have rows for profiles.
pub(crate) fn rates(limits: &Limits, profiles: bool) -> Vec<Rate> {
    let limits = limits.clamped();
    let advised = u32::try_from(limits::PROFILE_BATCHES_PER_DAY).unwrap_or(u32::MAX);
    let day = match limits.batches_per_day {
        None if profiles => Some(advised),
        set => set,
    };
    let rate = |most, period, profiles| Rate {
        most,
        period,
        profiles,
    };
    let minute = rate(limits.batches_per_minute, Period::Minute, false);
    let hour = limits.batches_per_hour;
    let hour = hour.map(|most| rate(most, Period::Hour, false));
    let day = day.map(|most| rate(most, Period::Day, profiles));
    [Some(minute), hour, day].into_iter().flatten().collect()
}

/// Why and how long the next batch has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wait {
    pub(crate) time: Duration,
    pub(crate) rate: Rate,
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Rate {
            most,
            period,
            profiles,
        } = self.rate;
        let into = if profiles {
            " into datasets with profiles"
        } else {
            ""
        };
        write!(
            f,
            "the next batch waits {}: no more than {most} a {period} are made{into}; `--pace N/{period}` sets another number",
            spoken(self.time)
        )
    }
}

fn spoken(time: Duration) -> String {
    let seconds = time.as_millis().div_ceil(1000);
    let minutes = seconds.div_ceil(60);
    if seconds < 120 {
        format!("{seconds} s")
    } else if minutes < 120 {
        format!("{minutes} min")
    } else {
        format!("{} h {} min", minutes / 60, minutes % 60)
    }
}

/// A batch that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Made {
    /// Milliseconds since 1970.
    at: i64,
    /// Whether it has rows for profiles.
    profiles: bool,
}

/// When the last batches were made, by all uploads that share a client or a [`Store`]. The platform counts for each user;
/// what other machines make at the same time is not known here, and its answer 429 is obeyed as any.
#[derive(Debug, Default)]
pub(crate) struct Pace(Mutex<VecDeque<Made>>);

/// A wait is looked at again after this time: the clock may have been set, the machine may have slept.
const LOOK_AGAIN: Duration = Duration::from_mins(10);

impl Pace {
    /// Waits until one more keeps the rates, and counts it. `tell` is told of the wait if there is one.
    ///
    /// # Errors
    /// [`Io`](aep_core::ErrorKind::Io) if it can't be written down.
    pub(crate) async fn turn(
        &self,
        rates: Vec<Rate>,
        profiles: bool,
        store: Option<Store>,
        tell: impl FnMut(Wait),
    ) -> Result<()> {
        self.turn_at(rates, profiles, store, tell, now).await
    }

    async fn turn_at(
        &self,
        rates: Vec<Rate>,
        profiles: bool,
        store: Option<Store>,
        mut tell: impl FnMut(Wait),
        clock: impl Fn() -> i64,
    ) -> Result<()> {
        let mut told = false;
        loop {
            let made = Made {
                at: clock(),
                profiles,
            };
            let wait = match &store {
                Some(store) => {
                    let (store, rates) = (store.clone(), rates.clone());
                    blocking(move || store.take(made, &rates)).await?
                }
                None => take(&mut *self.0.lock().await, made, &rates),
            };
            let Some(wait) = wait else { return Ok(()) };
            tracing::debug!(?wait, "the next batch has to wait");
            if !told {
                tell(wait);
                told = true;
            }
            tokio::time::sleep(wait.time.min(LOOK_AGAIN)).await;
        }
    }
}

/// Counts one more, unless it has to wait; forgets what is over.
fn take(made: &mut VecDeque<Made>, next: Made, rates: &[Rate]) -> Option<Wait> {
    let now = next.at;
    for past in made.iter_mut() {
        // the clock was set back
        past.at = past.at.min(now);
    }
    while made
        .front()
        .is_some_and(|past| now - past.at >= Period::Day.len())
    {
        made.pop_front();
    }
    let longest = rates
        .iter()
        .filter_map(|rate| wait(made, now, *rate))
        .max_by_key(|wait| wait.time);
    if longest.is_none() {
        made.push_back(next);
    }
    longest
}

/// How long the next one has to wait for a rate.
fn wait(made: &VecDeque<Made>, now: i64, rate: Rate) -> Option<Wait> {
    let counts = |past: &&Made| past.profiles || !rate.profiles;
    let oldest = made
        .iter()
        .rev()
        .filter(counts)
        .nth(usize::try_from(rate.most.max(1)).unwrap_or(usize::MAX) - 1)?;
    let left = u64::try_from(oldest.at + rate.period.len() - now).ok()?;
    (left > 0).then_some(Wait {
        time: Duration::from_millis(left),
        rate,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::path::Path;

    use aep_core::Settings;
    use proptest::prelude::*;

    use super::*;

    fn rate(most: u32, period: Period) -> Rate {
        Rate {
            most,
            period,
            profiles: false,
        }
    }

    fn at(at: i64) -> Made {
        Made {
            at,
            profiles: false,
        }
    }

    #[test]
    fn the_first_ones_go_at_once() {
        let mut made = VecDeque::from(vec![at(0); 2]);
        assert_eq!(take(&mut made, at(0), &[rate(3, Period::Minute)]), None);
        let wait = take(&mut made, at(1), &[rate(3, Period::Minute)]).unwrap();
        assert_eq!(wait.time, Duration::from_millis(59_999));
        assert_eq!(
            take(&mut made, at(60_000), &[rate(3, Period::Minute)]),
            None
        );
        assert_eq!(take(&mut made, at(90_000_000), &[]), None);
        assert_eq!(made.len(), 1, "what is over is forgotten");
    }

    #[test]
    fn the_longest_wait_counts_and_only_batches_with_profiles_for_theirs() {
        let mut made = VecDeque::from(vec![at(0), at(10)]);
        let rates = [rate(1, Period::Minute), rate(2, Period::Hour)];
        let wait = take(&mut made, at(20), &rates).unwrap();
        assert_eq!((wait.rate, wait.time.as_millis()), (rates[1], 3_599_980));
        let profiles = Rate {
            profiles: true,
            ..rate(1, Period::Day)
        };
        let next = Made {
            at: 30,
            profiles: true,
        };
        assert_eq!(take(&mut made, next, &[profiles]), None);
        let wait = take(&mut made, next, &[profiles]).unwrap();
        assert_eq!(wait.time.as_millis(), 86_400_000);
    }

    #[test]
    fn a_wait_is_told() {
        let mut wait = Wait {
            time: Duration::from_millis(86_399_001),
            rate: rates(&Limits::default(), true)[1],
        };
        assert_eq!(
            wait.to_string(),
            "the next batch waits 24 h 0 min: no more than 90 a day are made into datasets with profiles; `--pace N/day` sets another number"
        );
        for (seconds, said) in [(1, "1 s"), (119, "119 s"), (3_000, "50 min")] {
            wait.time = Duration::from_secs(seconds);
            assert!(wait.to_string().contains(&format!("waits {said}: ")));
        }
    }

    #[test]
    fn a_clock_that_was_set_back_makes_no_wait_longer_than_the_period() {
        let mut made = VecDeque::from(vec![at(1_000_000_000)]);
        let wait = take(&mut made, at(5), &[rate(1, Period::Minute)]).unwrap();
        assert_eq!(wait.time, Duration::from_mins(1));
    }

    #[test]
    fn datasets_with_profiles_have_a_day() {
        let of = |limits: &Limits, profiles| rates(limits, profiles).len();
        assert_eq!(of(&Limits::default(), false), 1);
        let day = rates(&Limits::default(), true)[1];
        assert_eq!(
            (day.most, day.period, day.profiles),
            (90, Period::Day, true)
        );
        let own = Limits {
            batches_per_day: Some(7),
            batches_per_hour: Some(0),
            ..Limits::default()
        };
        let found: Vec<u32> = rates(&own, true).iter().map(|rate| rate.most).collect();
        assert_eq!(found, [138, 1, 7]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_an_earlier_process_made_counts() {
        let dir = tempfile::tempdir().unwrap();
        let settings = Settings::local("http://127.0.0.1:1".parse().unwrap());
        let store = |dir: &Path| Some(Store::of(dir, &settings));
        let began = tokio::time::Instant::now();
        let clock = || i64::try_from(began.elapsed().as_millis()).unwrap();
        let mut waits = Vec::new();
        for _ in 0..5 {
            // each has a memory of its own, as a process has
            let rates = vec![rate(2, Period::Hour)];
            let tell = |wait: Wait| waits.push(wait.time.as_secs());
            Pace::default()
                .turn_at(rates, false, store(dir.path()), tell, clock)
                .await
                .unwrap();
        }
        assert_eq!(waits, [3600, 3600]);
        assert_eq!(began.elapsed().as_secs(), 7200);
        // another sandbox has a budget of its own
        let mut other = settings.clone();
        other.sandbox = Some("other".parse().unwrap());
        let store = Store::of(dir.path(), &other);
        assert_eq!(store.take(at(0), &[rate(1, Period::Day)]).unwrap(), None);
    }

    #[test]
    fn a_line_that_was_torn_off_is_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        let settings = Settings::local("http://127.0.0.1:1".parse().unwrap());
        let store = Store::of(dir.path(), &settings);
        let rates = [rate(2, Period::Day)];
        assert_eq!(store.take(at(5), &rates).unwrap(), None);
        let path = store.path();
        let text = std::fs::read_to_string(path).unwrap();
        std::fs::write(path, text + "17").unwrap();
        assert_eq!(store.take(at(6), &rates).unwrap(), None);
        assert!(store.take(at(7), &rates).unwrap().is_some());
        // a day later the old ones are not in the file any more
        assert_eq!(store.take(at(86_400_006), &rates).unwrap(), None);
        assert_eq!(std::fs::read_to_string(path).unwrap(), "86400006 0\n");
    }

    proptest! {
        #[test]
        fn no_minute_has_more(steps in proptest::collection::vec(0_i64..40_000, 1..60), most in 1_u32..5) {
            let (mut now, mut made, mut all) = (0, VecDeque::new(), Vec::new());
            for step in steps {
                now += step;
                while let Some(wait) = take(&mut made, at(now), &[rate(most, Period::Minute)]) {
                    now += i64::try_from(wait.time.as_millis()).unwrap();
                }
                all.push(now);
            }
            for (index, from) in all.iter().enumerate() {
                let within = all[index..].iter().take_while(|at| **at - *from < 60_000).count();
                prop_assert!(within <= usize::try_from(most).unwrap());
            }
        }
    }
}
