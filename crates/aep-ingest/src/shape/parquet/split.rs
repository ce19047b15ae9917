//! One Parquet file as several, cut between row groups.

use aep_core::Result;
use tokio_util::sync::CancellationToken;

use super::encode::Encode;
use super::file::File;
use super::footer::assemble;
use crate::shape::scan::unreadable;
use crate::shape::split::Cut;
use crate::source::Content;
use crate::source::content::{Groups, Origin, Run};

/// A file of row groups.
struct Part {
    origin: Origin,
    file: File,
}

/// One row group: its file, and its number there.
#[derive(Clone, Copy)]
struct Group {
    part: usize,
    number: usize,
    bytes: u64,
}

pub(in crate::shape) fn split(
    origin: &Origin,
    limit: u64,
    encode: Encode<'_>,
    cancel: &CancellationToken,
) -> Result<Cut> {
    let file = match File::read(origin).map_err(|error| unreadable(origin, error))? {
        Ok(file) => file,
        Err(odd) => return Ok(Cut::Whole(odd)),
    };
    let mut made = Vec::new();
    let mut groups = Vec::new();
    for number in 0..file.spans.len() {
        match assemble(&[(&file, number, 1)]) {
            Err(odd) => return Ok(Cut::Whole(odd)),
            Ok(one) if one.len <= limit => groups.extend(group(&file, 0, number)),
            Ok(_) => {
                let (origin, file) = match encode.smaller(origin, &file, number, limit, cancel)? {
                    Ok(smaller) => smaller,
                    Err(why) => return Ok(Cut::Whole(why)),
                };
                let part = made.len() + 1;
                groups
                    .extend((0..file.spans.len()).filter_map(|number| group(&file, part, number)));
                made.push(Part { origin, file });
            }
        }
    }
    let mut parts = vec![Part {
        origin: origin.clone(),
        file,
    }];
    parts.append(&mut made);
    Ok(match pieces(&parts, &groups, limit) {
        Ok(pieces) => Cut::Pieces(pieces),
        Err(odd) => Cut::Whole(odd),
    })
}

fn group(file: &File, part: usize, number: usize) -> Option<Group> {
    let (start, end) = file.span(number, 1)?;
    Some(Group {
        part,
        number,
        bytes: end - start,
    })
}

/// Puts row groups into as few pieces as possible, in their order.
fn pieces(
    parts: &[Part],
    groups: &[Group],
    limit: u64,
) -> std::result::Result<Vec<Content>, String> {
    let mut pieces = Vec::new();
    let mut rest = groups;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fit = rest.iter().take_while(|group| {
            bytes += group.bytes;
            bytes <= limit
        });
        let mut count = fit.count().max(1);
        loop {
            let (these, after) = rest.split_at(count);
            let runs = runs(these);
            let files: Vec<_> = runs
                .iter()
                .filter_map(|run| Some((&parts.get(run.0)?.file, run.1, run.2)))
                .collect();
            let len = assemble(&files)?.len;
            if len <= limit {
                pieces.push(piece(parts, &runs, len)?);
                rest = after;
                break;
            }
            if count == 1 {
                return Err("a row has more bytes than a request takes".to_owned());
            }
            // the footer takes room, too
            let share = count as u128 * u128::from(limit) / u128::from(len);
            count = usize::try_from(share).unwrap_or(count).clamp(1, count - 1);
        }
    }
    Ok(pieces)
}

/// Row groups that follow each other in one file: the file, the first of them, how many.
fn runs(groups: &[Group]) -> Vec<(usize, usize, usize)> {
    let mut runs: Vec<(usize, usize, usize)> = Vec::new();
    for group in groups {
        match runs.last_mut() {
            Some((part, first, count))
                if *part == group.part && *first + *count == group.number =>
            {
                *count += 1;
            }
            _ => runs.push((group.part, group.number, 1)),
        }
    }
    runs
}

fn piece(
    parts: &[Part],
    runs: &[(usize, usize, usize)],
    len: u64,
) -> std::result::Result<Content, String> {
    let mut origins: Vec<Origin> = Vec::new();
    let mut written = Vec::with_capacity(runs.len());
    for (part, first, count) in runs {
        let origin = &parts.get(*part).ok_or("a file is missing")?.origin;
        let place = origins.iter().position(|known| known == origin);
        let place = place.unwrap_or_else(|| {
            origins.push(origin.clone());
            origins.len() - 1
        });
        let number =
            |number: usize| u32::try_from(number).map_err(|_| "it has too many row groups");
        written.push(Run {
            origin: number(place)?,
            first: number(*first)?,
            count: number(*count)?,
        });
    }
    let groups = Groups::new(origins, written, len).map_err(|misfit| misfit.to_string())?;
    Ok(Content::Groups(Box::new(groups)))
}
