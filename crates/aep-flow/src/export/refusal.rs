//! Why an export is not started now. The service says so in words only; these are the ones that were seen.

use std::str::FromStr as _;

use aep_core::Error;

use crate::RunId;

/// Why an export is not started now.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The flow is too young: about ten minutes after its creation it is ready.
    NotReady,
    /// A run is under way; its id, if the text names it.
    Running(Option<RunId>),
    /// The dataset does not belong to the flow, or the schedule has ended.
    OutOfRange,
    /// The organisation or the flow can't do it at all.
    NotEntitled,
    /// Something else.
    Other,
}

impl Refusal {
    pub(super) fn of(error: &Error) -> Self {
        let Some(problem) = error.problem() else {
            return Self::Other;
        };
        let texts = [&problem.detail, &problem.title];
        let texts = texts.into_iter().flatten().chain(&problem.sub_errors);
        texts
            .map(|text| Self::read(text))
            .find(|refusal| *refusal != Self::Other)
            .unwrap_or(Self::Other)
    }

    fn read(text: &str) -> Self {
        let lower = text.to_ascii_lowercase();
        let has = |part: &str| lower.contains(part);
        if has("not ready for dataset export") {
            Self::NotReady
        } else if has("run already going on") {
            let id = lower.find("with run id").and_then(|at| {
                let rest = text.get(at + "with run id".len()..)?;
                let id = rest.trim_start_matches([' ', ':', '[', '`', '"']);
                let end = id.find(|c: char| !c.is_ascii_alphanumeric() && c != '-');
                RunId::from_str(&id[..end.unwrap_or(id.len())]).ok()
            });
            Self::Running(id)
        } else if has("not part of this dataflow") || has("out of schedule range") {
            Self::OutOfRange
        } else if has("adhoc run can not be executed") {
            Self::NotEntitled
        } else {
            Self::Other
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn the_texts_are_recognised() {
        let run = "88d6da63-dc97-460e-b781-fc795a7386d9";
        for (text, refusal) in [
            (
                "Invalid parameter: Following order ID(s) are not ready for dataset export, please wait for 10 minutes and retry.",
                Refusal::NotReady,
            ),
            (
                &*format!("Run already going on for audience a for order b with run id {run}"),
                Refusal::Running(Some(run.parse().unwrap())),
            ),
            (
                "Run already going on for audience a",
                Refusal::Running(None),
            ),
            (
                "Segments a are not part of this dataflow or out of schedule range!",
                Refusal::OutOfRange,
            ),
            (
                "Adhoc run can not be executed for Flow spec x",
                Refusal::NotEntitled,
            ),
            ("something else", Refusal::Other),
        ] {
            assert_eq!(Refusal::read(text), refusal, "{text}");
        }
    }
}
