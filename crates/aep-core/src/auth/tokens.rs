//! The token that is in use, and the one fetch that is under way.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use tokio::time::Instant;
use tracing::Instrument;

use super::Token;
use super::ims::Ims;
use crate::transport::Wire;
use crate::{Credentials, Error, ErrorKind, Secret, Settings};

/// A token is renewed this long before it expires, or a tenth of its life if that is shorter.
const MARGIN: Duration = Duration::from_mins(5);

/// After a renewal ahead of time has failed, the old token is used for this long before the next attempt.
const PAUSE: Duration = Duration::from_secs(30);

/// A token in use.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    token: Arc<Token>,
    /// Tells one token from the next; 0 is the token that the user brought.
    generation: u64,
    renew_at: SystemTime,
}

impl Held {
    pub(crate) fn secret(&self) -> &Secret<String> {
        &self.token.secret
    }

    pub(crate) fn token(&self) -> Token {
        (*self.token).clone()
    }

    /// Whether another one can be had if this one is refused.
    pub(crate) fn renewable(&self) -> bool {
        self.generation > 0
    }
}

/// A fetch: all who wait for it hold a clone. `Err(None)` if it was lost with its runtime.
type Flight = Shared<BoxFuture<'static, Result<Held, Option<Arc<Error>>>>>;

#[derive(Default)]
struct State {
    held: Option<Held>,
    flight: Option<(u64, Flight)>,
    quiet_until: Option<Instant>,
    generation: u64,
}

/// Gives out tokens. Clones share the token.
#[derive(Clone)]
pub(crate) struct Tokens(Arc<Inner>);

struct Inner {
    wire: Arc<Wire>,
    source: Source,
    state: Mutex<State>,
}

enum Source {
    Brought(Held),
    Ims(Ims),
}

impl Tokens {
    pub(crate) fn new(settings: &Settings, wire: Arc<Wire>) -> Self {
        let source = match &settings.credentials {
            Credentials::Token(secret) => Source::Brought(Held {
                token: Arc::new(Token {
                    secret: secret.clone(),
                    expires_at: None,
                }),
                generation: 0,
                renew_at: SystemTime::UNIX_EPOCH,
            }),
            Credentials::ClientSecret { secret, scopes } => {
                Source::Ims(Ims::new(settings, secret, scopes))
            }
        };
        Self(Arc::new(Inner {
            wire,
            source,
            state: Mutex::default(),
        }))
    }

    /// The token to use now. Errors are shared by all who waited for the same fetch.
    pub(crate) async fn current(&self) -> Result<Held, Arc<Error>> {
        if let Source::Brought(held) = &self.0.source {
            return Ok(held.clone());
        }
        // A fetch can be lost only together with the runtime that ran it; the next one runs on ours.
        for _ in 0..3 {
            let (old, number, flight) = {
                let mut state = self.0.state();
                let now = self.0.wire.clock.now();
                let old = state
                    .held
                    .clone()
                    .filter(|held| held.token.expires_at.is_none_or(|end| now < end));
                if let Some(held) = &old {
                    let quiet = state
                        .quiet_until
                        .is_some_and(|until| Instant::now() < until);
                    if now < held.renew_at || quiet {
                        return Ok(held.clone());
                    }
                }
                let (number, flight) = self.flight(&mut state);
                (old, number, flight)
            };
            match (flight.await, old) {
                (Ok(held), _) => return Ok(held),
                (Err(None), _) => self.0.forget(number),
                // It was renewed ahead of time: the old one is good for a while.
                (Err(Some(_)), Some(old)) => return Ok(old),
                (Err(Some(error)), None) => return Err(error),
            }
        }
        Err(Arc::new(
            Error::new(ErrorKind::Cancelled, "get an access token")
                .because("the runtime that fetched it was stopped"),
        ))
    }

    /// Takes note that a service refused this token. `true` if the request should be sent again: with the next token,
    /// which is fetched unless somebody else has done it meanwhile.
    pub(crate) fn reject(&self, refused: &Held) -> bool {
        if !refused.renewable() {
            return false;
        }
        let mut state = self.0.state();
        if state
            .held
            .as_ref()
            .is_some_and(|held| held.generation == refused.generation)
        {
            state.held = None;
        }
        true
    }

    /// The fetch that is under way, or a new one.
    ///
    /// It runs as a task of its own, so that it is finished even if the request that began it is given up.
    fn flight(&self, state: &mut State) -> (u64, Flight) {
        if let Some((number, flight)) = &state.flight {
            return (*number, flight.clone());
        }
        state.generation += 1;
        let number = state.generation;
        let inner = Arc::clone(&self.0);
        let span = tracing::info_span!(parent: None, "aep.token");
        let task = tokio::spawn(async move { inner.fetch(number).await }.instrument(span));
        let flight = async move { task.await.unwrap_or(Err(None)) }
            .boxed()
            .shared();
        state.flight = Some((number, flight.clone()));
        (number, flight)
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn forget(&self, number: u64) {
        let mut state = self.state();
        if state
            .flight
            .as_ref()
            .is_some_and(|(current, _)| *current == number)
        {
            state.flight = None;
        }
    }

    async fn fetch(&self, number: u64) -> Result<Held, Option<Arc<Error>>> {
        let Source::Ims(ims) = &self.source else {
            return Err(None);
        };
        let result = ims.fetch(&self.wire).await;
        let now = self.wire.clock.now();
        let mut state = self.state();
        if state
            .flight
            .as_ref()
            .is_some_and(|(current, _)| *current == number)
        {
            state.flight = None;
        }
        match result {
            Ok((secret, life)) => {
                let margin = MARGIN.min(life / 10);
                // A life beyond the end of time is as good as a year.
                let end = |life| {
                    now.checked_add(life)
                        .unwrap_or(now + Duration::from_hours(8760))
                };
                let held = Held {
                    token: Arc::new(Token {
                        secret,
                        expires_at: Some(end(life)),
                    }),
                    generation: number,
                    renew_at: end(life.saturating_sub(margin)),
                };
                state.held = Some(held.clone());
                state.quiet_until = None;
                Ok(held)
            }
            Err(error) => {
                state.quiet_until = Some(Instant::now() + PAUSE);
                Err(Some(Arc::new(error)))
            }
        }
    }
}
