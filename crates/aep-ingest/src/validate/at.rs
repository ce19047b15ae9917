//! Where in a row a value stands: a list on the stack, turned to text only when there is something
//! to say.

use std::fmt::Write as _;

/// A place in a row, as steps from the row down.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At<'p> {
    up: Option<&'p At<'p>>,
    step: Step<'p>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Step<'p> {
    Row,
    Name(&'p str),
    Index(u64),
    Key(&'p str),
}

/// Longer names and keys are cut: they come from the data.
const NAME: usize = 80;

impl<'p> At<'p> {
    pub(crate) const ROW: At<'static> = At {
        up: None,
        step: Step::Row,
    };

    pub(crate) fn name(&'p self, name: &'p str) -> Self {
        Self {
            up: Some(self),
            step: Step::Name(name),
        }
    }

    pub(crate) fn index(&'p self, index: u64) -> Self {
        Self {
            up: Some(self),
            step: Step::Index(index),
        }
    }

    pub(crate) fn key(&'p self, key: &'p str) -> Self {
        Self {
            up: Some(self),
            step: Step::Key(key),
        }
    }

    /// `_local.cards[2].number`
    pub(crate) fn concrete(&self, out: &mut String) {
        self.write(out, true);
    }

    /// `_local.cards[].number`
    pub(crate) fn template(&self, out: &mut String) {
        self.write(out, false);
    }

    fn write(&self, out: &mut String, concrete: bool) {
        if let Some(up) = self.up {
            up.write(out, concrete);
        }
        match self.step {
            Step::Row => {}
            Step::Name(name) => segment(out, name),
            Step::Key(key) if concrete => segment(out, key),
            Step::Key(_) => segment(out, "*"),
            Step::Index(index) if concrete => {
                // Writing to a string can't fail.
                let _ = write!(out, "[{index}]");
            }
            Step::Index(_) => out.push_str("[]"),
        }
    }
}

fn segment(out: &mut String, name: &str) {
    if !out.is_empty() {
        out.push('.');
    }
    shorten(out, name, NAME);
}

/// Appends at most `limit` characters, with control characters made visible so that a finding
/// stays one line and a terminal stays whole.
pub(crate) fn shorten(out: &mut String, text: &str, limit: usize) {
    for (at, char) in text.chars().enumerate() {
        if at == limit {
            out.push('…');
            return;
        }
        if char.is_control()
            || matches!(char, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        {
            out.extend(char.escape_default());
        } else {
            out.push(char);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{At, shorten};

    #[test]
    fn a_place_has_two_spellings() {
        let local = At::ROW.name("_local");
        let cards = local.name("cards");
        let card = cards.index(2);
        let labels = card.name("labels");
        let label = labels.key("a\nb");
        let (mut concrete, mut template) = (String::new(), String::new());
        label.concrete(&mut concrete);
        label.template(&mut template);
        assert_eq!(concrete, "_local.cards[2].labels.a\\nb");
        assert_eq!(template, "_local.cards[].labels.*");
    }

    #[test]
    fn long_values_are_cut_and_tamed() {
        let mut out = String::new();
        shorten(&mut out, &"é".repeat(100), 80);
        assert_eq!(out, format!("{}…", "é".repeat(80)));
        out.clear();
        shorten(&mut out, "a\u{1b}[31m", 80);
        assert_eq!(out, "a\\u{1b}[31m");
    }
}
