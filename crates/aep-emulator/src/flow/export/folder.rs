//! Names of folders: the template's macros.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Without a template.
const DEFAULT: &str = "%DATASET_ID%/exportTime=%EXPORT_TIME%";

/// What the macros stand for.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    pub(super) dataset_id: String,
    pub(super) dataset_name: String,
    pub(super) destination: String,
    pub(super) instance_id: String,
    pub(super) instance_name: String,
    pub(super) sandbox: String,
    pub(super) organization: String,
    /// Milliseconds.
    pub(super) time: i64,
}

/// The folder of a dataset's files, without slashes around it. An unknown macro stays as it is.
pub(super) fn folder(template: Option<&str>, names: &Names) -> String {
    let template = template
        .filter(|template| !template.trim().is_empty())
        .unwrap_or(DEFAULT);
    let mut folder = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('%') {
        folder.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let found = after
            .find('%')
            .and_then(|end| Some((value(&after[..end], names)?, end)));
        if let Some((value, end)) = found {
            folder.push_str(&value);
            rest = &after[end + 1..];
        } else {
            folder.push('%');
            rest = after;
        }
    }
    folder.push_str(rest);
    folder.trim_matches('/').to_owned()
}

fn value(name: &str, names: &Names) -> Option<String> {
    // A name with a slash would be two folders.
    let plain = |text: &str| Some(text.replace('/', "_"));
    match name {
        "DATASET_ID" => plain(&names.dataset_id),
        "DATASET_NAME" => plain(&names.dataset_name),
        "DESTINATION" => plain(&names.destination),
        "DESTINATION_INSTANCE_ID" => plain(&names.instance_id),
        "DESTINATION_INSTANCE_NAME" => plain(&names.instance_name),
        "SANDBOX_NAME" => plain(&names.sandbox),
        "ORGANIZATION_NAME" => plain(&names.organization),
        "EXPORT_TIME" => Some(time(names.time, "YYYYMMddHHmm")),
        _ => {
            let pattern = name.strip_prefix("DATETIME(")?.strip_suffix(')')?;
            Some(time(names.time, pattern))
        }
    }
}

/// A time in UTC by a pattern of letters, as `YYYYMMdd_HHmmss`.
fn time(ms: i64, pattern: &str) -> String {
    let Ok(time) = Timestamp::from_millisecond(ms) else {
        return String::new();
    };
    let time = time.to_zoned(TimeZone::UTC);
    let mut text = String::new();
    let mut rest = pattern;
    while let Some(letter) = rest.chars().next() {
        let run = rest.chars().take_while(|next| *next == letter).count();
        let number = match letter {
            'Y' | 'y' => Some(i32::from(time.year())),
            'M' => Some(i32::from(time.month())),
            'd' | 'D' => Some(i32::from(time.day())),
            'H' => Some(i32::from(time.hour())),
            'm' => Some(i32::from(time.minute())),
            's' => Some(i32::from(time.second())),
            'S' => Some(i32::from(time.millisecond())),
            _ => None,
        };
        match number {
            Some(year) if run == 2 && matches!(letter, 'Y' | 'y') => {
                let _ = write!(text, "{:02}", year.rem_euclid(100));
            }
            Some(number) => {
                let _ = write!(text, "{number:0run$}");
            }
            None => text.extend(std::iter::repeat_n(letter, run)),
        }
        rest = &rest[run * letter.len_utf8()..];
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        Names {
            dataset_id: "635865d2".to_owned(),
            dataset_name: "Big/Cities".to_owned(),
            destination: "Data Landing Zone".to_owned(),
            instance_id: "i".to_owned(),
            instance_name: "n".to_owned(),
            sandbox: "dev".to_owned(),
            organization: "LOCAL".to_owned(),
            // 2026-01-02T03:04:05Z
            time: 1_767_323_045_000,
        }
    }

    #[test]
    fn templates() {
        for (template, wanted) in [
            (None, "635865d2/exportTime=202601020304"),
            (Some("  "), "635865d2/exportTime=202601020304"),
            (
                Some("/a/%DATASET_NAME%/%DATETIME(YYYYMMdd_HHmmss)%/"),
                "a/Big_Cities/20260102_030405",
            ),
            (Some("%SANDBOX_NAME%-%ORGANIZATION_NAME%"), "dev-LOCAL"),
            (
                Some("%DESTINATION%/%DESTINATION_INSTANCE_ID%/%DESTINATION_INSTANCE_NAME%"),
                "Data Landing Zone/i/n",
            ),
            (Some("%DATETIME(yy-M)%"), "26-1"),
            (Some("100%/%UNKNOWN%/%"), "100%/%UNKNOWN%/%"),
        ] {
            assert_eq!(folder(template, &names()), wanted);
        }
    }
}
