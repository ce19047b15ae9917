//! A table that is redrawn in place while something runs; lines or events where there is no terminal.

use std::io::{self, IsTerminal};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::Value;

use super::{Messages, ProgressMode, View, table};

/// Shows rows on standard error until they are final.
#[derive(Debug)]
pub(crate) struct Live {
    how: How,
    view: &'static View,
    last: Option<(String, String)>,
}

#[derive(Debug)]
enum How {
    Table(ProgressBar),
    Lines,
    Events,
    Nothing,
}

impl Live {
    pub(crate) fn new(mode: ProgressMode, view: &'static View, messages: &Messages) -> Self {
        let terminal = io::stderr().is_terminal();
        let how = match mode {
            _ if messages.is_quiet() => How::Nothing,
            ProgressMode::Json => How::Events,
            ProgressMode::Plain => How::Lines,
            ProgressMode::Auto if terminal => How::Table(bar()),
            ProgressMode::Auto if !messages.is_json() => How::Lines,
            ProgressMode::Auto | ProgressMode::None => How::Nothing,
        };
        Self {
            how,
            view,
            last: None,
        }
    }

    /// Shows how things stand: `line` in one sentence, `rows` in full. What did not change is not said again.
    pub(crate) fn show(&mut self, line: String, rows: &[Value]) {
        match &self.how {
            How::Table(bar) => {
                bar.set_message(format!("{line}\n{}", table::plain(self.view, rows)));
                return;
            }
            How::Nothing => return,
            How::Lines | How::Events => {}
        }
        let event = Value::Array(rows.to_vec()).to_string();
        let news = match (&self.how, &self.last) {
            (_, None) => true,
            (How::Events, Some((_, last))) => *last != event,
            (_, Some((last, _))) => *last != line,
        };
        if news {
            match self.how {
                How::Events => Messages::put(
                    &serde_json::json!({"event": "progress", "phase": "running", "detail": line, "rows": rows})
                        .to_string(),
                ),
                _ => Messages::put(&line),
            }
            self.last = Some((line, event));
        }
    }

    /// Takes the table away, so that the next line starts clean.
    pub(crate) fn finish(&self) {
        if let How::Table(bar) = &self.how {
            bar.finish_and_clear();
        }
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    bar.set_style(
        ProgressStyle::with_template("{spinner} {elapsed} {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    bar.enable_steady_tick(Duration::from_millis(250));
    bar
}
