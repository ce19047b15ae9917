#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use proptest::prelude::*;

use super::*;
use crate::source::Identity;

fn identity(size: u64) -> Identity {
    Identity {
        size,
        modified: 0,
        inode: 0,
    }
}

fn file(name: &str, size: u64, format: Format) -> Candidate {
    Candidate {
        name: name.into(),
        format,
        content: Content::file(Path::new("in").join(name), identity(size)),
    }
}

fn small() -> Limits {
    Limits {
        batch_files: 3,
        batch_bytes: 100,
        single_put_bytes: 20,
        chunk_bytes: 8,
        url_chars: 200,
        ..Limits::default()
    }
}

fn names(plan: &Plan) -> Vec<Vec<&str>> {
    plan.batches
        .iter()
        .map(|batch| batch.files.iter().map(|file| &*file.name).collect())
        .collect()
}

#[test]
fn a_batch_is_closed_when_it_is_full() {
    let files = (0..7)
        .map(|index| file(&format!("{index}.json"), 10, Format::Json))
        .collect();
    let made = plan(files, &small(), 50).unwrap();
    assert_eq!(
        names(&made),
        [
            vec!["0.json", "1.json", "2.json"],
            vec!["3.json", "4.json", "5.json"],
            vec!["6.json"]
        ]
    );
    let files = [60, 60, 40]
        .map(|size| file(&format!("{size}-{size}.json"), size, Format::Json))
        .to_vec();
    assert_eq!(plan(files, &small(), 50).unwrap().batches.len(), 2);
}

#[test]
fn formats_have_batches_of_their_own() {
    let files = vec![
        file("a.csv", 1, Format::Csv),
        file("b.parquet", 1, Format::Parquet),
        file("c.ndjson", 1, Format::NdJson),
        file("d.json", 1, Format::Json),
    ];
    let made = plan(files, &small(), 50).unwrap();
    let formats: Vec<Format> = made.batches.iter().map(|batch| batch.format).collect();
    assert_eq!(
        formats,
        [Format::Parquet, Format::Json, Format::NdJson, Format::Csv]
    );
}

#[test]
fn what_can_not_be_sent_is_refused_together() {
    let files = vec![
        file("empty.json", 0, Format::Json),
        file("huge.json", 101, Format::Json),
        file("a/../b.json", 1, Format::Json),
        file("good.json", 1, Format::Json),
        file(&"x".repeat(160), 1, Format::Json),
    ];
    let refused = plan(files, &small(), 50).unwrap_err().0;
    let reasons: Vec<&Reason> = refused.iter().map(|refusal| &refusal.reason).collect();
    assert!(matches!(
        reasons[..],
        [
            Reason::Empty,
            Reason::TooLarge { .. },
            Reason::BadName { .. },
            Reason::LongAddress { .. }
        ]
    ));
    assert!(matches!(
        plan(Vec::new(), &small(), 50).unwrap_err().0[0].reason,
        Reason::NoFiles
    ));
}

#[test]
fn a_taken_name_gets_a_number() {
    let files = ["a.json", "a-2.json", "a.json", "a.json", "d/a", "d/a"]
        .map(|name| file(name, 1, Format::Json))
        .to_vec();
    let made = plan(files, &Limits::default(), 50).unwrap();
    assert_eq!(
        names(&made),
        [["a-2.json", "a-3.json", "a-4.json", "a.json", "d/a", "d/a-2"]]
    );
    assert_eq!(made.notes.len(), 3);
}

#[test]
fn names_keep_what_denotes_partitions() {
    let name = |root: Option<&str>, path: &str| {
        names::relative(root.map(Path::new), Path::new(path)).unwrap()
    };
    assert_eq!(
        name(Some("data"), "data/day=1/x.parquet"),
        "day=1/x.parquet"
    );
    assert_eq!(
        name(None, "data/region=eu/day=1/x.parquet"),
        "region=eu/day=1/x.parquet"
    );
    assert_eq!(name(None, "/some/where/x.parquet"), "x.parquet");
    assert_eq!(name(None, "../x.parquet"), "x.parquet");
    assert_eq!(name(Some("other"), "data/x.parquet"), "x.parquet");
}

#[test]
fn limits_never_exceed_the_platform() {
    let wild = Limits {
        batch_files: 9999,
        batch_bytes: u64::MAX,
        single_put_bytes: u64::MAX,
        chunk_bytes: u64::MAX,
        pack_bytes: u64::MAX,
        batches_per_minute: 0,
        batches_per_hour: Some(0),
        batches_per_day: None,
        url_chars: 99_999,
    };
    let clamped = wild.clamped();
    assert_eq!(clamped.batch_files, 1500);
    assert_eq!(clamped.batch_bytes, 100_000_000_000);
    assert_eq!(clamped.single_put_bytes, 256_000_000);
    assert_eq!(clamped.chunk_bytes, 512_000_000);
    assert_eq!(clamped.pack_bytes, 256_000_000);
    assert_eq!(clamped.batches_per_minute, 1);
    assert_eq!(
        (clamped.batches_per_hour, clamped.batches_per_day),
        (Some(1), None)
    );
    assert_eq!(clamped.url_chars, 2000);
}

fn formats() -> impl Strategy<Value = Format> {
    prop_oneof![
        Just(Format::Parquet),
        Just(Format::Json),
        Just(Format::NdJson),
        Just(Format::Csv)
    ]
}

fn files() -> impl Strategy<Value = Vec<Candidate>> {
    proptest::collection::vec(
        (
            "[ab]{1,2}(/[ab]{1,2}){0,2}(\\.json)?",
            1_u64..100,
            formats(),
        ),
        1..60,
    )
    .prop_map(|files| {
        let mut all = Vec::new();
        for (index, (name, size, format)) in files.into_iter().enumerate() {
            let path = Path::new("in").join(index.to_string());
            all.push(Candidate {
                name: name.into(),
                format,
                content: Content::file(path, identity(size)),
            });
        }
        all
    })
}

proptest! {
    #[test]
    fn every_file_is_sent_once_within_the_limits(files in files()) {
        let made = plan(files.clone(), &small(), 50).expect("a plan");
        let mut paths = HashSet::new();
        for batch in &made.batches {
            prop_assert!(!batch.files.is_empty() && batch.files.len() <= 3);
            prop_assert!(batch.bytes <= 100);
            prop_assert_eq!(batch.bytes, batch.files.iter().map(PlannedFile::size).sum::<u64>());
            let mut names = HashSet::new();
            for planned in &batch.files {
                prop_assert!(paths.insert(planned.content.path().to_owned()));
                prop_assert!(names.insert(planned.name.clone()));
                let given = files.iter().find(|file| file.content.path() == planned.content.path()).expect("a file");
                prop_assert_eq!(given.format, batch.format);
                prop_assert_eq!(&given.content, &planned.content);
            }
        }
        prop_assert_eq!(paths.len(), files.len());
        prop_assert_eq!(made.files(), files.len());
        prop_assert_eq!(made.originals(), files.len());
    }

    #[test]
    fn the_same_inputs_give_the_same_plan(files in files()) {
        prop_assert_eq!(plan(files.clone(), &small(), 50).expect("a plan"), plan(files, &small(), 50).expect("a plan"));
    }

    #[test]
    fn parts_cover_the_file_without_gap_or_overlap(size in 1_u64..10_000, chunk in 1_u64..600, single in 0_u64..2_000) {
        let limits = Limits { chunk_bytes: chunk, single_put_bytes: single, ..Limits::default() };
        let parts = Parts::of(size, &limits);
        prop_assert_eq!(matches!(parts, Parts::Whole(_)), size <= single);
        let list: Vec<Part> = parts.iter().collect();
        prop_assert_eq!(list.len() as u64, parts.count());
        let mut at = 0;
        for part in &list {
            prop_assert_eq!(part.start, at);
            prop_assert!(part.len > 0 && part.len <= chunk.max(single));
            prop_assert_eq!(part.content_range(size, RangeForm::Documented), format!("bytes {at}-{}", at + part.len - 1));
            at += part.len;
        }
        prop_assert_eq!(at, size);
    }

    #[test]
    fn an_accepted_name_survives_in_an_address(name in "[^\\x00]{1,24}") {
        if names::check(&name).is_err() {
            return Ok(());
        }
        let mut url = url::Url::parse("http://h/files").expect("an address");
        url.path_segments_mut().expect("segments").extend(name.split('/'));
        let back: Vec<String> = url.path_segments().expect("segments").skip(1)
            .map(|segment| percent_encoding::percent_decode_str(segment).decode_utf8_lossy().into_owned())
            .collect();
        prop_assert_eq!(back.join("/"), name.clone());
        prop_assert!(url.path().len() - "/files/".len() <= names::encoded_len(&name));
    }
}
