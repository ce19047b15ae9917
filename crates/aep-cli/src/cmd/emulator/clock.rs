//! `aep emulator clock`.

use std::str::FromStr;
use std::time::Duration;

use aep_core::Result;
use http::Method;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Place;
use crate::cli::duration;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, text};
use crate::when::{When, milliseconds};

const VIEW: View = View {
    noun: "clocks",
    id: "now",
    columns: &[text("now", "now"), text("offset ms", "offsetMs")],
};

/// Show or move the emulator's clock
///
/// Schedules, token life, the landing zone's credentials and the age of its files, batch states and every time in an
/// answer go by it.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "\
Examples:
  aep emulator clock                        show it
  aep emulator clock +3h                    three hours on
  aep emulator clock 2027-01-01T00:00:00Z   set it
  aep emulator clock reset                  back to this machine's time
",
    group = clap::ArgGroup::new("move")
)]
pub(crate) struct Args {
    /// `show`, `reset`, `+3h`, `-1h`, or a point in time (RFC 3339)
    #[arg(value_name = "WHAT", group = "move", allow_hyphen_values = true)]
    what: Option<What>,
    /// Move it forward, as `+DUR`
    #[arg(long, value_name = "DUR", value_parser = duration, group = "move")]
    advance: Option<Duration>,
    /// Set it
    #[arg(long, value_name = "TIME", group = "move")]
    set: Option<When>,
    /// Back to this machine's time, as `reset`
    #[arg(long, group = "move")]
    real: bool,
    #[command(flatten)]
    place: Place,
}

/// What to do with the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Show,
    Reset,
    By(i64),
    To(i64),
}

impl FromStr for What {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || "`show`, `reset`, `+3h`, `-1h`, or a time such as `2027-01-01T00:00:00Z`".to_owned();
        match text {
            "show" => return Ok(Self::Show),
            "reset" | "real" => return Ok(Self::Reset),
            _ => {}
        }
        let signed = [('+', 1), ('-', -1)]
            .into_iter()
            .find_map(|(sign, factor)| text.strip_prefix(sign).map(|rest| (rest, factor)));
        if let Some((rest, factor)) = signed {
            let by = span(rest).ok_or_else(wrong)?;
            return i64::try_from(by.as_millis())
                .map(|by| Self::By(by * factor))
                .map_err(|_| wrong());
        }
        text.parse::<Timestamp>()
            .map(|time| Self::To(time.as_millisecond()))
            .map_err(|_| wrong())
    }
}

/// `3h`, `90m`, `7d`, `1h 30m`.
fn span(text: &str) -> Option<SignedDuration> {
    if let Some(days) = text.strip_suffix('d')
        && let Ok(days) = days.trim().parse::<i64>()
    {
        return SignedDuration::try_from_hours(days.checked_mul(24)?);
    }
    text.parse()
        .ok()
        .filter(|span: &SignedDuration| !span.is_negative())
}

impl Args {
    fn body(&self) -> Option<Value> {
        if let Some(by) = self.advance {
            return Some(json!({"advanceMs": i64::try_from(by.as_millis()).unwrap_or(i64::MAX)}));
        }
        if let Some(now) = milliseconds(self.set) {
            return Some(json!({"nowMs": now}));
        }
        match self.what {
            _ if self.real => Some(json!({"offsetMs": 0})),
            None | Some(What::Show) => None,
            Some(What::Reset) => Some(json!({"offsetMs": 0})),
            Some(What::By(by)) => Some(json!({"advanceMs": by})),
            Some(What::To(now)) => Some(json!({"nowMs": now})),
        }
    }
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let body = args.body();
    if ctx.dry_run()
        && let Some(body) = &body
    {
        ctx.messages
            .note(&format!("dry run: the clock would be moved: {body}"));
        return Ok(Exit::Success);
    }
    let admin = args.place.open(ctx).await?;
    let answer = match &body {
        Some(body) => admin.call(Method::POST, &["clock"], Some(body)).await,
        None => admin.call(Method::GET, &["clock"], None).await,
    };
    admin.close().await;
    ctx.out.one(&VIEW, &answer?)?;
    Ok(Exit::Success)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_do_is_read() {
        let cases = [
            ("show", What::Show),
            ("reset", What::Reset),
            ("+3h", What::By(10_800_000)),
            ("-1h", What::By(-3_600_000)),
            ("+7d", What::By(604_800_000)),
            ("+1h30m", What::By(5_400_000)),
            ("2026-01-01T00:00:00Z", What::To(1_767_225_600_000)),
        ];
        for (text, wanted) in cases {
            assert_eq!(text.parse(), Ok(wanted), "{text}");
        }
        for wrong in ["3h", "+", "+soon", "+-1h", "tomorrow", ""] {
            assert!(wrong.parse::<What>().is_err(), "{wrong}");
        }
    }
}
