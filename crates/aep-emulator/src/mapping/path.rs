//! Paths to attributes: `person.name.firstName`, `cards[0].number`, `${with spaces}`, `a\.b`.

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// A field of an object.
    Field(String),
    /// An item of an array, from 0.
    Item(usize),
}

/// Reads a path; `None` when the text is none, or one with wildcards.
pub(crate) fn parse(text: &str) -> Option<Vec<Step>> {
    let text = text.trim();
    let mut steps = Vec::new();
    let mut chars = text.chars().peekable();
    loop {
        let mut name = String::new();
        while let Some(&next) = chars.peek() {
            match next {
                '.' | '[' => break,
                '\\' => {
                    chars.next();
                    name.push(chars.next()?);
                    continue;
                }
                '$' if name.is_empty() => {
                    chars.next();
                    if chars.next() != Some('{') {
                        return None;
                    }
                    loop {
                        match chars.next()? {
                            '}' => break,
                            inner => name.push(inner),
                        }
                    }
                    continue;
                }
                ']' | '(' | ')' | '"' | '\'' | '+' | '*' | '/' | '<' | '>' | '=' | '!' | '&'
                | '|' | '?' | ',' | '{' | '}' => return None,
                _ => name.push(next),
            }
            chars.next();
        }
        if name.is_empty() {
            return None;
        }
        steps.push(Step::Field(name));
        while chars.peek() == Some(&'[') {
            chars.next();
            let mut digits = String::new();
            loop {
                match chars.next()? {
                    ']' => break,
                    digit => digits.push(digit),
                }
            }
            steps.push(Step::Item(digits.parse().ok()?));
        }
        match chars.next() {
            None => return Some(steps),
            Some('.') => {}
            Some(_) => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(names: &[&str]) -> Vec<Step> {
        names
            .iter()
            .map(|name| Step::Field((*name).to_owned()))
            .collect()
    }

    #[test]
    fn texts_that_are_paths() {
        assert_eq!(parse("a"), Some(fields(&["a"])));
        assert_eq!(
            parse(" _local.member-id "),
            Some(fields(&["_local", "member-id"]))
        );
        assert_eq!(parse("first name"), Some(fields(&["first name"])));
        assert_eq!(parse("${a.b (c)}.d"), Some(fields(&["a.b (c)", "d"])));
        assert_eq!(parse("a\\.b.c"), Some(fields(&["a.b", "c"])));
        assert_eq!(
            parse("a[0][12].b"),
            Some(vec![
                Step::Field("a".to_owned()),
                Step::Item(0),
                Step::Item(12),
                Step::Field("b".to_owned()),
            ])
        );
    }

    #[test]
    fn texts_that_are_not() {
        for text in [
            "",
            ".",
            "a.",
            ".a",
            "a..b",
            "a[*].b",
            "a[]",
            "a[",
            "a[0]b",
            "concat(a, b)",
            "a + b",
            "\"x\"",
            "$a",
            "${a",
            "a\\",
            "a || b",
            "a == b",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
