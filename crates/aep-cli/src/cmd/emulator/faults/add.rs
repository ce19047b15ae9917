//! `aep emulator faults add OPERATION`.

use std::time::Duration;

use aep_core::{Error, ErrorKind, Result};
use aep_emulator::{Fault, FaultRule, When};
use http::Method;

use super::VIEW;
use crate::cli::duration;
use crate::cmd::emulator::Place;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::value;

/// Add a rule
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
#[derive(Debug, clap::Args)]
#[command(
    before_help = "\
Examples:
  aep emulator faults add uploadSmallFile --throttle --retry-after 1 --first 2
  aep emulator faults add createBatch --status 503 --nth 1
  aep emulator faults add '*' --reset-after --probability 0.01 --seed 7
  aep emulator faults add uploadSmallFile --delay 5s
",
    group = clap::ArgGroup::new("fault").required(true),
    group = clap::ArgGroup::new("which")
)]
pub(crate) struct Args {
    /// The operation as Adobe's documents call it (`createBatch`), of one service (`batch-ingestion.createBatch`), or `*`
    operation: String,
    /// Wait before the request is worked on
    #[arg(long, value_name = "DUR", value_parser = duration, group = "fault")]
    delay: Option<Duration>,
    /// Answer 429
    #[arg(long, group = "fault")]
    throttle: bool,
    /// Answer this status, 400 to 599
    #[arg(long, value_name = "CODE", group = "fault")]
    status: Option<u16>,
    /// Reset the connection before the request has any effect
    #[arg(long, group = "fault")]
    reset_before: bool,
    /// Let the request take effect, then reset the connection
    #[arg(long, group = "fault")]
    reset_after: bool,
    /// Send half of the answer
    #[arg(long, group = "fault")]
    half_response: bool,
    /// Send half of the answer, then nothing more
    #[arg(long, group = "fault")]
    stuck: bool,
    /// Leave the second half of the answer away
    #[arg(long, group = "fault")]
    truncated: bool,
    /// Spoil bytes of the answer
    #[arg(long, group = "fault")]
    corrupted: bool,
    /// Send the answer in small pieces, with this pause before each
    #[arg(long, value_name = "DUR", value_parser = duration, group = "fault")]
    drip: Option<Duration>,
    /// Never answer
    #[arg(long, group = "fault")]
    silence: bool,
    /// Let the request take effect, then never answer
    #[arg(long, group = "fault")]
    silence_after: bool,
    /// Expire the token of the request
    #[arg(long, group = "fault")]
    expired_token: bool,
    /// `Retry-After` of --throttle and --status: seconds or an HTTP date
    #[arg(long, value_name = "VALUE")]
    retry_after: Option<String>,
    /// Only the first N calls
    #[arg(long, value_name = "N", group = "which")]
    first: Option<u64>,
    /// Only call N
    #[arg(long, value_name = "N", group = "which")]
    nth: Option<u64>,
    /// Every Nth call
    #[arg(long, value_name = "N", group = "which")]
    every: Option<u64>,
    /// Each call with this probability, 0 to 1
    #[arg(long, value_name = "P", group = "which")]
    probability: Option<f64>,
    /// Start of the sequence of --probability
    #[arg(long, value_name = "N", default_value_t = 0, requires = "probability")]
    seed: u64,
    #[command(flatten)]
    place: Place,
}

impl Args {
    fn rule(&self) -> Result<FaultRule> {
        let retry_after = self.retry_after.clone();
        let fault = match self {
            Self {
                delay: Some(time), ..
            } => Fault::delay(*time),
            Self { throttle: true, .. } => Fault::Throttle { retry_after },
            Self {
                status: Some(code), ..
            } => Fault::Status {
                code: *code,
                retry_after,
            },
            Self {
                reset_before: true, ..
            } => Fault::ResetBefore,
            Self {
                reset_after: true, ..
            } => Fault::ResetAfter,
            Self {
                half_response: true,
                ..
            } => Fault::HalfResponse,
            Self { stuck: true, .. } => Fault::Stuck,
            Self {
                truncated: true, ..
            } => Fault::Truncated,
            Self {
                corrupted: true, ..
            } => Fault::Corrupted,
            Self {
                drip: Some(pause), ..
            } => Fault::drip(*pause),
            Self { silence: true, .. } => Fault::Silence,
            Self {
                silence_after: true,
                ..
            } => Fault::SilenceAfter,
            Self {
                expired_token: true,
                ..
            } => Fault::ExpiredToken,
            _ => {
                return Err(Error::new(ErrorKind::Usage, "add a rule")
                    .because("it does not say what happens"));
            }
        };
        if self.retry_after.is_some() && !(self.throttle || self.status.is_some()) {
            return Err(Error::new(ErrorKind::Usage, "add a rule")
                .because("--retry-after belongs to --throttle and --status"));
        }
        let when = match self {
            Self { first: Some(n), .. } => When::First(*n),
            Self { nth: Some(n), .. } => When::Nth(*n),
            Self { every: Some(n), .. } => When::Every(*n),
            Self {
                probability: Some(p),
                ..
            } => When::Probability {
                p: *p,
                seed: self.seed,
            },
            _ => When::Always,
        };
        Ok(FaultRule::new(self.operation.clone(), fault).when(when))
    }
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let rule = value(&args.rule()?)?;
    let admin = args.place.open(ctx).await?;
    let answer = admin.call(Method::POST, &["faults"], Some(&rule)).await;
    admin.close().await;
    ctx.out.one(&VIEW, &answer?)?;
    Ok(Exit::Success)
}
