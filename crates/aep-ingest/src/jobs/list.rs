//! The jobs that there are.

use std::io;
use std::path::Path;

use aep_core::{Error, ErrorKind, Result};
use uuid::Uuid;

use super::{Job, Jobs, journal, unusable};

impl Jobs {
    /// All jobs, the newest first. One whose journal can't be read is listed as damaged. Blocks.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if the directory can't be read.
    pub fn list(&self) -> Result<Vec<Job>> {
        let mut jobs: Vec<Job> = self
            .ids()?
            .into_iter()
            .filter_map(|run| self.get(run).ok())
            .collect();
        jobs.sort_by_key(|job| std::cmp::Reverse((job.started.or(job.updated), job.run_id)));
        Ok(jobs)
    }

    /// One job. Blocks.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is none.
    pub fn get(&self, run: Uuid) -> Result<Job> {
        let directory = self.directory(run);
        let running = journal::is_held(&directory);
        let touched = journal::touched(&directory);
        match journal::look(&directory, run) {
            Ok(state) => Ok(Job::of(&state, running, touched)),
            // it has no journal, or none any more
            Err(error) if error.kind() == ErrorKind::NotFound && touched.is_none() => Err(error),
            Err(error) => Ok(Job::unread(run, running, touched, &error)),
        }
    }

    /// The job with this run id, or the only one whose id begins like this. Blocks.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is none, [`ErrorKind::Usage`] if there are several.
    pub fn find(&self, text: &str) -> Result<Uuid> {
        if let Ok(run) = text.parse::<Uuid>() {
            return Ok(run);
        }
        let text = text.to_ascii_lowercase();
        let found: Vec<Uuid> = self
            .ids()?
            .into_iter()
            .filter(|run| !text.is_empty() && run.to_string().starts_with(&text))
            .collect();
        match found.as_slice() {
            [run] => Ok(*run),
            [] => Err(Error::new(ErrorKind::NotFound, "find the job")
                .with("run", &text)
                .hint("`aep job list` shows the jobs of this machine")),
            several => Err(Error::new(ErrorKind::Usage, "find the job")
                .with("run", &text)
                .because(format!("{} jobs begin like this", several.len()))
                .hint("give more of its id")),
        }
    }

    /// The runs that have a directory.
    pub(super) fn ids(&self) -> Result<Vec<Uuid>> {
        let all = self.all();
        match ids(&all) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(unusable(&all, "list the jobs", &error))
            }
            found => Ok(found.unwrap_or_default()),
        }
    }
}

fn ids(all: &Path) -> io::Result<Vec<Uuid>> {
    let mut ids = Vec::new();
    for entry in std::fs::read_dir(all)? {
        let name = entry?.file_name();
        ids.extend(name.to_str().and_then(|name| name.parse::<Uuid>().ok()));
    }
    Ok(ids)
}
