//! One request with all its attempts.

use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use tokio::time::Instant;
use tracing::Instrument;
use url::Url;

use super::backoff::{Class, Clock, Jitter};
use super::failed::Failed;
use super::headers::{self, REQUEST_ID, REQUEST_IDS};
use super::network::Broken;
use super::outgoing::{Outgoing, Progress};
use super::pools::Pools;
use super::quota::Quota;
use super::response::{Content, ReadError, not_json, read_all};
use super::retry::{Decision, Policy, Tries, cost, decide};
use super::{Request, Response, Safety, Timeouts, address, lease, redirect, retry_after};
use crate::auth::{Held, Tokens};
use crate::{Error, Problem, Result, Settings};

/// How much of an error's body is read, in bytes.
const ERROR_BODY: u64 = 256 * 1024;
/// Redirects that are followed at most.
const REDIRECTS: u32 = 5;

/// What sends: connections, clock, jitter and the retry quota, without a notion of tokens.
pub(crate) struct Wire {
    pools: Pools,
    policy: Policy,
    timeouts: Timeouts,
    quota: Quota,
    jitter: Jitter,
    pub(crate) clock: Clock,
    homes: [Url; 2],
}

/// An answer with a 2xx status, before it is made into a [`Response`].
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    request_id: Option<String>,
    body: Content,
}

impl Wire {
    pub(crate) fn new(settings: &Settings, clock: Clock, jitter: Jitter) -> Result<Self> {
        Ok(Self {
            pools: Pools::new(settings)?,
            policy: Policy {
                retries: settings.retries,
                window: settings.timeouts.retry,
            },
            timeouts: settings.timeouts,
            quota: Quota::default(),
            jitter,
            clock,
            homes: [settings.base_url.clone(), settings.streaming_url.clone()],
        })
    }

    /// Whether this is one of the configured hosts: only they are given credentials.
    pub(crate) fn is_home(&self, url: &Url) -> bool {
        self.homes
            .iter()
            .any(|home| address::same_origin(home, url))
    }

    /// Sends until there is an answer or no sense in going on. `headers` are the client's, `tokens` gives the bearer token
    /// and is `None` for requests without one.
    pub(crate) async fn exchange(
        &self,
        request: &Request,
        headers: &HeaderMap,
        tokens: Option<&Tokens>,
    ) -> Result<Response> {
        let span = tracing::info_span!(
            "aep.http",
            operation = request.operation.id,
            api = request.operation.api,
            method = %request.method,
            host = request.url.host_str(),
            attempt = tracing::field::Empty,
            status = tracing::field::Empty,
            request_id = tracing::field::Empty,
        );
        self.attempts(request, headers, tokens)
            .instrument(span)
            .await
    }

    async fn attempts(
        &self,
        request: &Request,
        headers: &HeaderMap,
        tokens: Option<&Tokens>,
    ) -> Result<Response> {
        let given = request.timeouts.unwrap_or(self.timeouts);
        let policy = Policy {
            retries: request.retries.unwrap_or(self.policy.retries),
            ..self.policy
        };
        let safety = request.operation.safety;
        let lease = lease::held();
        let mut silences = 0;
        let started = Instant::now();
        let mut first_failure = None;
        let mut tries = Tries::default();
        let mut attempts = 0;
        let mut renewed = false;
        loop {
            let held =
                match tokens {
                    Some(tokens) => Some(tokens.current().await.map_err(|cause| {
                        request.contextual(Error::over(request.sentence(), cause))
                    })?),
                    None => None,
                };
            attempts += 1;
            let timeouts = match safety {
                Safety::Repeatable => given.after_silences(silences),
                Safety::NotRepeatable => given,
            };
            tracing::Span::current().record("attempt", attempts);
            let failed = match self
                .attempt(request, headers, held.as_ref(), &timeouts)
                .await
            {
                Ok(answer) => {
                    self.quota.give_back(tries.taken);
                    tracing::debug!(status = answer.status.as_u16(), "answered");
                    return Ok(Response {
                        status: answer.status,
                        headers: answer.headers,
                        request_id: answer.request_id,
                        attempts,
                        doing: request.sentence(),
                        context: request.context.clone(),
                        idle: timeouts.idle,
                        body: answer.body,
                    });
                }
                Err(failed) => failed,
            };
            if let (Some(tokens), Some(held), false) = (tokens, &held, renewed)
                && failed.is_unauthorized()
                && tokens.reject(held)
            {
                tracing::debug!("the token was refused: it is renewed once");
                renewed = true;
                continue;
            }
            let elapsed = first_failure.get_or_insert_with(Instant::now).elapsed();
            tries.elapsed = elapsed;
            silences += u32::from(failed.is_silence());
            let failure = failed.failure();
            let decision = match failure {
                Some(failure) => decide(failure, safety, policy, tries, &self.quota, &self.jitter),
                None => Decision::Stop(super::retry::Why::Permanent),
            };
            match decision {
                Decision::Retry { wait, class } => {
                    tracing::debug!(attempt = attempts, wait_ms = wait.as_millis(), cause = %failed, "trying again");
                    tries.retries += 1;
                    tries.internal += u32::from(failed.is_internal());
                    tries.throttled += u32::from(class == Class::Throttled);
                    tries.taken = failure.map_or(0, |failure| cost(failure, class));
                    if let Some(lease) = &lease {
                        lease.release();
                    }
                    tokio::time::sleep(wait).await;
                    if let Some(lease) = &lease {
                        lease.renew().await;
                    }
                }
                Decision::Stop(why) => {
                    let brought = held.is_some_and(|held| !held.renewable());
                    return Err(failed.into_error(
                        request,
                        why,
                        attempts,
                        started.elapsed(),
                        policy,
                        brought,
                    ));
                }
            }
        }
    }

    /// Sends once, following redirects of reads.
    async fn attempt(
        &self,
        request: &Request,
        headers: &HeaderMap,
        held: Option<&Held>,
        timeouts: &Timeouts,
    ) -> Result<Answer, Failed> {
        let mut url = request.url.clone();
        let mut sent = headers::outgoing(request, headers, held)?;
        for _ in 0..=REDIRECTS {
            let answer = self.once(request, &url, &sent, timeouts).await?;
            if request.verbatim || !redirect::is_followed(answer.status, &request.method) {
                return self.settle(answer, request, held, timeouts).await;
            }
            let target = redirect::target(answer.status, &answer.headers, &url)?;
            if !address::same_origin(&url, &target) {
                sent = redirect::for_strangers(sent);
            }
            url = target;
        }
        Err(Failed::Redirect(
            "there are too many redirects in a row".to_owned(),
        ))
    }

    /// One request, one answer, with the watchdog beside it.
    async fn once(
        &self,
        request: &Request,
        url: &Url,
        headers: &HeaderMap,
        timeouts: &Timeouts,
    ) -> Result<Answer, Failed> {
        let progress = Progress::start();
        let mut outgoing = reqwest::Request::new(request.method.clone(), url.clone());
        *outgoing.headers_mut() = headers.clone();
        if !matches!(request.body, super::Body::Empty) {
            *outgoing.body_mut() = Some(reqwest::Body::wrap(Outgoing::open(
                &request.body,
                progress.clone(),
            )));
        }
        let client = self
            .pools
            .of(url, request.body.len(), request.verbatim)
            .map_err(Failed::Network)?;
        let lease = lease::held();
        let quiet = || {
            if let Some(lease) = &lease {
                lease.release();
            }
        };
        let answer = tokio::select! {
            biased;
            answer = client.execute(outgoing) => answer.map_err(Broken::from_reqwest),
            silent = progress.watch(timeouts, quiet) => Err(silent),
        };
        let answer = match answer {
            Ok(answer) => answer,
            Err(broken) => {
                return Err(match progress.source_error() {
                    Some(error) => Failed::Source(error),
                    None => Failed::Network(broken),
                });
            }
        };
        let status = answer.status();
        let headers_back = answer.headers().clone();
        let id = REQUEST_IDS
            .iter()
            .find_map(|name| headers_back.get(name))
            .or_else(|| headers.get(REQUEST_ID));
        let request_id = id.and_then(|id| id.to_str().ok()).map(str::to_owned);
        let span = tracing::Span::current();
        span.record("status", status.as_u16());
        span.record("request_id", request_id.as_deref());
        let body = answer
            .bytes_stream()
            .map(|piece| piece.map_err(Broken::from_reqwest))
            .boxed();
        Ok(Answer {
            status,
            headers: headers_back,
            request_id,
            body: Content::Streaming(body),
        })
    }

    /// Tells success from failure, reading as much of the body as that takes.
    async fn settle(
        &self,
        mut answer: Answer,
        request: &Request,
        held: Option<&Held>,
        timeouts: &Timeouts,
    ) -> Result<Answer, Failed> {
        if answer.status.is_success() || request.accepted.contains(&answer.status.as_u16()) {
            if let Some(limit) = request.buffered {
                let bytes = read_all(&mut answer.body, limit, timeouts.idle)
                    .await
                    .map_err(|error| match error {
                        ReadError::TooLong => Failed::TooLong(limit),
                        ReadError::Broken(broken) => Failed::Network(broken),
                    })?;
                if request.json
                    && let Some(why) = not_json(&bytes)
                {
                    return Err(Failed::Garbled {
                        status: answer.status,
                        request_id: answer.request_id,
                        why,
                    });
                }
                answer.body = Content::Read(bytes);
            }
            return Ok(answer);
        }
        // The status is the news; a body that breaks off or is too long takes nothing from it.
        let bounded = timeouts.idle.min(Duration::from_secs(10));
        let body = read_all(&mut answer.body, ERROR_BODY, bounded)
            .await
            .unwrap_or_else(|_| Bytes::new());
        let body = headers::without_secrets(body, held, request);
        let content_type = answer
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let status = answer.status.as_u16();
        let mut problem = Problem::read(status, content_type, &body);
        if problem.code.is_none() {
            // The answer to a HEAD has no body.
            let code = answer.headers.get("x-ms-error-code");
            problem.code = code.and_then(|code| code.to_str().ok()).map(str::to_owned);
        }
        Err(Failed::Answer {
            status: answer.status,
            retry_after: retry_after::read(&answer.headers, self.clock.now()),
            request_id: answer.request_id,
            problem: Box::new(problem),
        })
    }
}
