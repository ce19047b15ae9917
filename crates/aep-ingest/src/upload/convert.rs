//! Files become Parquet before they are sent.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use aep_core::{Error, ErrorKind, Result};
use futures::{StreamExt, TryStreamExt};

use super::Validate;
use super::check::{Checked, Checks, Rejections, cores, tolerated};
use super::sift::Sums;
use crate::convert::{self, Converted, Mapping};
use crate::plan::Candidate;
use crate::rejects::Rejects;
use crate::source::Identity;
use crate::source::content::{Content, Origin};
use crate::validate::{self, Findings, Format};

impl Checks<'_> {
    /// Converts what isn't Parquet, and checks what is; what should be said about it. Fails if what was found is a reason to
    /// send nothing.
    pub(super) async fn convert(
        &self,
        files: &mut Vec<Candidate>,
        mapping: &Arc<Mapping>,
    ) -> Result<(Checked, Vec<String>)> {
        let (mut ready, originals): (Vec<_>, Vec<_>) = files
            .drain(..)
            .partition(|file| file.format == Format::Parquet);
        if self.options.rejects.is_some() {
            let mut sums = Sums::default();
            let rejects = self.rejects()?;
            let rejects = self.sift_each(ready, files, rejects, &mut sums).await?;
            return self
                .convert_each(&originals, files, mapping, rejects, sums)
                .await;
        }
        let mut found = Rejections::default();
        if !ready.is_empty() && self.options.validate != Validate::Off {
            found = self.files(&mut ready).await?.found;
        }
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        // many files are converted side by side, a single one by several threads
        let (at_once, threads) = if originals.len() > 1 {
            (cores.min(4), 1)
        } else {
            (1, cores)
        };
        let works = originals
            .iter()
            .enumerate()
            .map(|(number, file)| self.one(number, file, threads, mapping, None));
        let works: Vec<_> = works.collect();
        let mut done = futures::stream::iter(works).buffered(at_once);
        let (mut lost, mut rows, mut notes) = (0, found.rows, Vec::new());
        while let Some((name, findings, converted, _)) = done.try_next().await? {
            lost += converted.lost;
            rows += converted.rows;
            self.made(&name, &converted, &mut ready, &mut notes)?;
            found.take(findings);
        }
        self.verdict(&found, lost)?;
        if ready.is_empty() {
            return Err(Error::new(ErrorKind::Rejected, "send the files")
                .because("there is no row in them"));
        }
        *files = ready;
        let rows = found.is_empty().then_some(rows);
        Ok((
            Checked {
                found,
                rejected: None,
                rows,
            },
            notes,
        ))
    }

    /// Converts one file after the other; rows that don't fit are set aside.
    async fn convert_each(
        &self,
        originals: &[Candidate],
        files: &mut Vec<Candidate>,
        mapping: &Arc<Mapping>,
        mut rejects: Rejects,
        mut sums: Sums,
    ) -> Result<(Checked, Vec<String>)> {
        let mut notes = Vec::new();
        for (number, file) in originals.iter().enumerate() {
            let done = self.one(number, file, cores(), mapping, Some(rejects));
            let (name, findings, converted, back) = done.await?;
            // it comes back whenever it was given
            rejects = back.map_or_else(|| self.rejects(), Ok)?;
            sums.rows += findings.rows;
            sums.good += converted.rows;
            sums.found.take(findings);
            self.made(&name, &converted, files, &mut notes)?;
        }
        let checked = self.settle(files, rejects, sums)?;
        Ok((checked, notes))
    }

    /// Takes over the files that were made of one, and what should be said about it.
    fn made(
        &self,
        name: &str,
        converted: &Converted,
        files: &mut Vec<Candidate>,
        notes: &mut Vec<String>,
    ) -> Result<()> {
        if self.dry && notes.is_empty() {
            let lines = converted.mapping.iter();
            notes.extend(lines.map(|line| format!("{name}: {line}")));
        }
        if converted.files.is_empty() {
            notes.push(format!("`{name}` has no rows to send"));
        }
        for path in &converted.files {
            files.push(candidate(name, path)?);
        }
        Ok(())
    }

    /// Rows that have no place in a column can't be left to the platform.
    fn verdict(&self, found: &Rejections, lost: u64) -> Result<()> {
        let strict = self.options.validate == Validate::Strict;
        if lost == 0 && (found.is_empty() || !strict || tolerated(found, self.options.partial)) {
            return Ok(());
        }
        let hint = if lost > 0 {
            "nothing was sent; mend the rows or the mapping: rows that can't be converted are never left out in silence"
        } else {
            "nothing was sent; mend the rows, or let the platform decide with `--validate warn` or `--partial PERCENT`"
        };
        Err(Error::new(
            ErrorKind::Rejected,
            "send these files: their rows don't fit the schema",
        )
        .with("files", found.files)
        .with("rows", found.bad_rows)
        .because(found.clone())
        .hint(hint))
    }

    /// Converts one file; the name is the one that it would have had in the batch.
    async fn one(
        &self,
        number: usize,
        file: &Candidate,
        threads: usize,
        mapping: &Arc<Mapping>,
        mut rejects: Option<Rejects>,
    ) -> Result<(Box<str>, Findings, Converted, Option<Rejects>)> {
        // Names may be the same for files of different kinds: each has a folder of its own.
        let to = self.spool.join(format!("converted-{number}"));
        let stem = stem(&file.name).to_owned();
        let mapping = Arc::clone(mapping);
        let work = self.watched(file, threads, move |path, format, schema, options, name| {
            let options = convert::Options {
                check: validate::Options {
                    csv: mapping.csv().clone(),
                    ..options.clone()
                },
                ..convert::Options::default()
            };
            let input = convert::Input {
                path,
                format,
                schema,
                mapping: &mapping,
                name,
            };
            let done = input.convert(&options, &to, &stem, rejects.as_mut())?;
            Ok((done.findings.clone(), (done, rejects)))
        });
        let (findings, (converted, rejects)) = work.await?;
        Ok((file.name.clone(), findings, converted, rejects))
    }
}

/// The last segment of a name, without its extension.
fn stem(name: &str) -> &str {
    let last = name.rsplit('/').next().unwrap_or(name);
    match last.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => last,
    }
}

/// A converted file, in the folder that the original had in the batch.
fn candidate(original: &str, path: &Path) -> Result<Candidate> {
    let failed = |error: std::io::Error| {
        Error::new(ErrorKind::Io, "look at the converted file")
            .with("file", path.display())
            .because(error)
    };
    let identity = Identity::of(&std::fs::metadata(path).map_err(failed)?);
    let last = path.file_name().unwrap_or_default().to_string_lossy();
    let name = match original.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{last}"),
        None => last.into_owned(),
    };
    let path: Arc<Path> = PathBuf::from(path).into();
    Ok(Candidate {
        name: name.into(),
        format: Format::Parquet,
        content: Content::File(Origin { path, identity }),
    })
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn stems() {
        for (name, wanted) in [
            ("data.csv", "data"),
            ("day=1/a.b.ndjson", "a.b"),
            ("x/.hidden", ".hidden"),
            ("plain", "plain"),
        ] {
            assert_eq!(stem(name), wanted);
        }
    }
}
