//! A thing and its parts, as an indented tree for people.

use super::view::visible;

/// A line and what belongs to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tree {
    label: String,
    text: String,
    parts: Vec<Tree>,
}

impl Tree {
    /// A line without a label: the root, or an entry of a list.
    pub(crate) fn root(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// A labelled line.
    pub(crate) fn part(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            text: text.into(),
            parts: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, part: Self) {
        self.parts.push(part);
    }

    /// The part if there is something to say.
    pub(crate) fn maybe(&mut self, label: &str, text: Option<impl Into<String>>) {
        if let Some(text) = text
            .map(Into::into)
            .filter(|text: &String| !text.is_empty())
        {
            self.push(Self::part(label, text));
        }
    }

    /// The lines, without colours and with control characters made harmless.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.line(0)];
        self.below("", &mut lines);
        lines
    }

    fn below(&self, indent: &str, lines: &mut Vec<String>) {
        let width = self
            .parts
            .iter()
            .map(|part| part.label.chars().count())
            .max()
            .unwrap_or(0);
        for (index, part) in self.parts.iter().enumerate() {
            let last = index + 1 == self.parts.len();
            let (branch, rail) = if last {
                ("└─ ", "   ")
            } else {
                ("├─ ", "│  ")
            };
            lines.push(format!("{indent}{branch}{}", part.line(width)));
            part.below(&format!("{indent}{rail}"), lines);
        }
    }

    fn line(&self, width: usize) -> String {
        let (label, text) = (visible(&self.label), visible(&self.text));
        match (label.is_empty(), text.is_empty()) {
            (true, _) => text,
            (false, true) => label,
            (false, false) => {
                let gap = width.saturating_sub(label.chars().count()) + 2;
                format!("{label}{:gap$}{text}", "")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_aligned_among_their_neighbours() {
        let mut root = Tree::root("events (1)");
        let mut source = Tree::part("source", "landing zone");
        source.maybe("path", Some("in/"));
        source.maybe("nothing", None::<String>);
        root.push(source);
        let mut runs = Tree::part("last runs", "");
        runs.push(Tree::root("success"));
        root.push(runs);
        assert_eq!(
            root.lines(),
            [
                "events (1)",
                "├─ source     landing zone",
                "│  └─ path  in/",
                "└─ last runs",
                "   └─ success",
            ]
        );
    }
}
