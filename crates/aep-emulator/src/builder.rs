//! Settings, and starting with them.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::announce::Announced;
use crate::clock::Clock;
use crate::config::{Config, Processing};
use crate::emulator::{Emulator, Here, url_of};
use crate::faults::{FaultError, FaultRule, Faults};
use crate::flow::engine::{self, Engine};
use crate::log::RequestLog;
use crate::routes::AppState;
use crate::state::{DirLock, StateError, Store};
use crate::zone::{AzuriteError, Zone, ZoneKind};
use crate::{ids, lake, routes, seed, server, stream};

/// How often a start looks for the lock of its directory, and how long it waits in between.
const LOCK_LOOKS: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// Why an emulator could not be started or found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmulatorError {
    /// The data directory could not be made, read or written.
    #[error("could not use the emulator's data directory `{dir}`")]
    DataDir {
        /// The directory.
        dir: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another process owns the data directory.
    #[error("the emulator's data directory `{dir}` is in use by another process")]
    Locked {
        /// The directory.
        dir: PathBuf,
    },
    /// The state could not be opened.
    #[error("could not open the emulator's state")]
    State(#[from] StateError),
    /// The address could not be listened on.
    #[error("could not listen on {addr}")]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// Azurite, which the landing zones of the Azure kind need, is not there.
    #[error("could not start the landing zone")]
    Azurite(#[from] AzuriteError),
    /// A fault rule is not one.
    #[error("could not use a fault rule")]
    Fault(#[from] FaultError),
}

/// Settings of an emulator to be started; from [`Emulator::builder`].
#[derive(Debug, Clone)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "switches of their own, each set by name"
)]
pub struct Builder {
    data_dir: Option<PathBuf>,
    listen: SocketAddr,
    seed: bool,
    processing: Processing,
    faults: Vec<FaultRule>,
    token_seconds: i64,
    require_sandbox: bool,
    check_patterns: bool,
    past_starts: bool,
    flow_settling: Duration,
    announce: bool,
    zone: ZoneKind,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            data_dir: None,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            seed: true,
            processing: Processing::Immediate,
            faults: Vec::new(),
            // 24 hours less a second, as IMS answers.
            token_seconds: 86_399,
            require_sandbox: false,
            check_patterns: false,
            past_starts: false,
            flow_settling: Duration::ZERO,
            announce: false,
            zone: ZoneKind::S3,
        }
    }
}

impl Builder {
    /// Where the state is kept. Without it a temporary directory is used and removed at the end.
    #[must_use]
    pub fn data_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.data_dir = Some(dir.into());
        self
    }

    /// Address and port; 127.0.0.1 and any free port by default.
    #[must_use]
    pub fn listen(mut self, addr: SocketAddr) -> Self {
        self.listen = addr;
        self
    }

    /// Whether a new state gets the demo schemas and datasets (default). Organisation, client, sandboxes and the XDM
    /// core are always there.
    #[must_use]
    pub fn seed(mut self, seed: bool) -> Self {
        self.seed = seed;
        self
    }

    /// Pace of batch processing.
    #[must_use]
    pub fn processing(mut self, processing: Processing) -> Self {
        self.processing = processing;
        self
    }

    /// A fault rule in force from the start.
    #[must_use]
    pub fn fault(mut self, rule: FaultRule) -> Self {
        self.faults.push(rule);
        self
    }

    /// Life of tokens in seconds; 86,399 by default.
    #[must_use]
    pub fn token_seconds(mut self, seconds: i64) -> Self {
        self.token_seconds = seconds;
        self
    }

    /// Refuses requests without `x-sandbox-name` (400) instead of taking the default sandbox. Off by default; Adobe's
    /// texts contradict each other here.
    #[must_use]
    pub fn require_sandbox(mut self, require: bool) -> Self {
        self.require_sandbox = require;
        self
    }

    /// Checks rows of batches for the schema's patterns. Off by default: the platform does so for streamed data only.
    #[must_use]
    pub fn check_patterns(mut self, check: bool) -> Self {
        self.check_patterns = check;
        self
    }

    /// Lets flows be scheduled from a time that lies in the past. Off by default: the platform refuses what is more than
    /// a moment ago.
    #[must_use]
    pub fn past_starts(mut self, allow: bool) -> Self {
        self.past_starts = allow;
        self
    }

    /// How long, by the emulator's clock, a flow is `initializing`, `enabling` or `disabling` before it is what it is
    /// going to be. None by default.
    #[must_use]
    pub fn flow_settling(mut self, time: Duration) -> Self {
        self.flow_settling = time;
        self
    }

    /// Which storage the landing zones have; S3, served by the emulator itself, by default.
    #[must_use]
    pub fn zone(mut self, zone: ZoneKind) -> Self {
        self.zone = zone;
        self
    }

    /// Lets [`open_local`](crate::open_local) calls of other processes find and use this server. For servers that stay.
    #[must_use]
    pub fn announce(mut self, announce: bool) -> Self {
        self.announce = announce;
        self
    }

    /// Opens the state and listens.
    ///
    /// # Errors
    /// The data directory is in use or unusable, the address is taken, or a fault rule is none.
    pub async fn start(self) -> Result<Emulator, EmulatorError> {
        let (dir, temp) = if let Some(dir) = &self.data_dir {
            (dir.clone(), None)
        } else {
            let temp = tempfile::Builder::new()
                .prefix("aep-emulator-")
                .tempdir()
                .map_err(|source| EmulatorError::DataDir {
                    dir: std::env::temp_dir(),
                    source,
                })?;
            (temp.path().to_owned(), Some(temp))
        };
        let lock = take_lock_soon(&dir).await?;
        self.start_in(dir, lock, temp).await
    }

    pub(crate) async fn start_in(
        self,
        dir: PathBuf,
        lock: DirLock,
        temp: Option<tempfile::TempDir>,
    ) -> Result<Emulator, EmulatorError> {
        let listener =
            TcpListener::bind(self.listen)
                .await
                .map_err(|source| EmulatorError::Listen {
                    addr: self.listen,
                    source,
                })?;
        let addr = listener
            .local_addr()
            .map_err(|source| EmulatorError::Listen {
                addr: self.listen,
                source,
            })?;
        let opening = dir.clone();
        let store = tokio::task::spawn_blocking(move || Store::open(&opening, lock, temp))
            .await
            .map_err(|_| StateError::Stopped)??;
        let (clock, faults) = (Clock::default(), Faults::default());
        restore(&store, &clock, &faults, self.seed).await?;
        for rule in self.faults {
            faults.add(rule)?;
        }
        let (worker, jobs) = tokio::sync::mpsc::unbounded_channel();
        let stop = CancellationToken::new();
        let state = AppState {
            zone: Zone::start(&self.zone, &dir, store.clone(), clock.clone()).await?,
            engine: Engine::new(),
            store,
            clock,
            faults,
            log: RequestLog::default(),
            worker,
            config: Arc::new(Config {
                processing: self.processing,
                url: url_of(addr),
                instance: ids::dashed(),
                token_seconds: self.token_seconds,
                require_sandbox: self.require_sandbox,
                check_patterns: self.check_patterns,
                past_starts: self.past_starts,
                flow_settling: self.flow_settling,
                seed: self.seed,
            }),
            stop: stop.clone(),
        };
        let announced = if self.announce {
            Some(
                Announced::write(&dir, addr, &state.config.instance)
                    .map_err(|source| EmulatorError::DataDir { dir, source })?,
            )
        } else {
            None
        };
        routes::flow_service::resume(&state).await?;
        let lake = tokio::spawn(lake::run(state.clone(), jobs));
        tokio::spawn(state.zone.clone().tend(stop.clone()));
        let flows = {
            let state = state.clone();
            tokio::spawn(async move {
                tokio::join!(engine::run(state.clone()), stream::run(state));
            })
        };
        let serving = tokio::spawn(server::serve(
            listener,
            routes::app(&state),
            state.clone(),
            stop.clone(),
        ));
        let here = Here {
            stop,
            serving,
            lake,
            flows,
            zone: Some(state.zone.clone()),
            gone: state.store.gone(),
            _announced: announced,
        };
        Ok(Emulator {
            addr,
            clock: state.clock,
            faults: state.faults,
            log: state.log,
            here: Some(here),
        })
    }
}

pub(crate) fn take_lock(dir: &Path) -> Result<Option<DirLock>, EmulatorError> {
    DirLock::try_take(dir).map_err(|source| EmulatorError::DataDir {
        dir: dir.to_owned(),
        source,
    })
}

/// As [`take_lock`], for a moment. A lock outlives its holder while a process that was just forked still has the file
/// open, which it has until it runs its own program.
async fn take_lock_soon(dir: &Path) -> Result<DirLock, EmulatorError> {
    for _ in 0..LOCK_LOOKS {
        if let Some(lock) = take_lock(dir)? {
            return Ok(lock);
        }
        tokio::time::sleep(LOCK_PAUSE).await;
    }
    Err(EmulatorError::Locked {
        dir: dir.to_owned(),
    })
}

async fn restore(
    store: &Store,
    clock: &Clock,
    faults: &Faults,
    with_data: bool,
) -> Result<(), StateError> {
    let (offset, moves, rules) = store
        .write(move |tx| -> Result<_, StateError> {
            let offset = tx
                .meta("clock")?
                .and_then(|text| text.parse().ok())
                .unwrap_or(0);
            let now = jiff::Timestamp::now()
                .as_millisecond()
                .saturating_add(offset);
            seed::fill(tx, now, with_data)?;
            let rules = match tx.meta("faults")? {
                Some(text) => serde_json::from_str(&text)?,
                None => Vec::new(),
            };
            let moves: Option<Vec<(i64, i64)>> = match tx.meta("clock moves")? {
                Some(text) => serde_json::from_str(&text)?,
                None => None,
            };
            Ok((offset, moves, rules))
        })
        .await?;
    match moves {
        Some(moves) if !moves.is_empty() => clock.restore(moves),
        _ => clock.set_offset_ms(offset),
    }
    faults.restore(rules);
    Ok(())
}
