#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::io::Write;
use std::sync::Mutex;

use futures::StreamExt;
use proptest::prelude::*;
use tempfile::NamedTempFile;

use super::content::{Assembly, Origin, Segment};
use super::*;

fn written(bytes: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file.flush().unwrap();
    file
}

async fn read(body: &Body) -> io::Result<Vec<u8>> {
    let Body::Replay { open, .. } = body else {
        panic!("a body that can be opened again")
    };
    let mut stream = open();
    let mut all = Vec::new();
    while let Some(piece) = stream.next().await {
        all.extend_from_slice(&piece?);
    }
    Ok(all)
}

/// All bytes of a content, as they would be sent.
pub(crate) fn sent(content: &Content) -> io::Result<Vec<u8>> {
    let source = Source::from(content.clone());
    let part = Part {
        start: 0,
        len: source.len(),
    };
    let body = source.body(part, &Pool::new(u64::MAX), Arc::new(NoMeter));
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let bytes = runtime.block_on(read(&body))?;
    assert_eq!(bytes.len() as u64, content.len());
    Ok(bytes)
}

fn bytes(len: usize) -> Vec<u8> {
    (0..len).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

#[tokio::test]
async fn a_range_is_read_in_pieces_and_again() {
    let content = bytes(3 * PIECE + 17);
    let file = written(&content);
    let source = Source::file(file.path()).unwrap();
    let part = Part {
        start: 5,
        len: 2 * PIECE as u64 + 9,
    };
    let body = source.body(part, &Pool::new(u64::MAX), Arc::new(NoMeter));
    for _ in 0..2 {
        assert_eq!(read(&body).await.unwrap(), &content[5..5 + 2 * PIECE + 9]);
    }
}

#[tokio::test]
async fn memory_is_used_again() {
    let file = written(&bytes(40 * PIECE));
    let source = Source::file(file.path()).unwrap();
    let pool = Pool::new(u64::MAX);
    let body = source.body(
        Part {
            start: 0,
            len: source.len(),
        },
        &pool,
        Arc::new(NoMeter),
    );
    let Body::Replay { open, .. } = &body else {
        panic!("a body")
    };
    let mut stream = open();
    while let Some(piece) = stream.next().await {
        drop(piece.unwrap());
    }
    assert!(
        pool.spare() as u64 <= read::PIECES_AT_ONCE,
        "{} pieces were made",
        pool.spare()
    );
}

#[tokio::test]
async fn a_changed_file_is_noticed_before_and_after() {
    let file = written(b"first content");
    let source = Source::file(file.path()).unwrap();
    let body = source.body(Part { start: 0, len: 13 }, &Pool::new(1), Arc::new(NoMeter));
    assert_eq!(read(&body).await.unwrap(), b"first content");
    std::fs::write(file.path(), b"more than the first content").unwrap();
    let error = read(&body).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("changed while it was being sent"),
        "{error}"
    );
    assert!(error.to_string().contains("27"), "{error}");
}

#[tokio::test]
async fn a_file_that_shrinks_on_the_way_is_noticed() {
    let file = written(&bytes(4 * PIECE));
    let source = Source::file(file.path()).unwrap();
    let body = source.body(
        Part {
            start: 0,
            len: source.len(),
        },
        &Pool::new(u64::MAX),
        Arc::new(NoMeter),
    );
    let Body::Replay { open, .. } = &body else {
        panic!("a body")
    };
    let mut stream = open();
    assert!(stream.next().await.unwrap().is_ok());
    file.as_file().set_len(10).unwrap();
    let mut rest = stream.collect::<Vec<_>>().await;
    let error = rest.pop().unwrap().unwrap_err();
    assert!(error.to_string().contains("has 10 now"), "{error}");
}

#[tokio::test]
async fn a_file_that_is_gone_is_named() {
    let file = written(b"x");
    let source = Source::file(file.path()).unwrap();
    let path = file.path().display().to_string();
    drop(file);
    let body = source.body(Part { start: 0, len: 1 }, &Pool::new(1), Arc::new(NoMeter));
    let error = read(&body).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
    assert!(error.to_string().contains(&path));
}

#[tokio::test]
async fn every_attempt_starts_to_count_anew() {
    #[derive(Default)]
    struct Log(Mutex<Vec<u64>>);
    impl Meter for Log {
        fn restart(&self) {
            self.0.lock().unwrap().push(0);
        }
        fn add(&self, bytes: u64) {
            *self.0.lock().unwrap().last_mut().unwrap() += bytes;
        }
    }
    let log = Arc::new(Log::default());
    let source = Source::bytes("twelve bytes");
    let body = source.body(Part { start: 0, len: 12 }, &Pool::new(1), log.clone());
    read(&body).await.unwrap();
    read(&body).await.unwrap();
    assert_eq!(*log.0.lock().unwrap(), [12, 12]);
}

#[test]
fn a_window_is_whole_pieces_and_bounded() {
    let piece = PIECE as u64;
    assert_eq!(Source::window(1), piece);
    assert_eq!(Source::window(piece + 1), 2 * piece);
    assert_eq!(Source::window(u64::MAX), 3 * piece);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 8))]
    #[test]
    fn any_range_is_exactly_that_range(len in 1_usize..3 * PIECE, start in 0.0_f64..1.0, share in 0.0_f64..1.0) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "small")]
        let scaled = |of: usize, by: f64| (of as f64 * by) as usize;
        let start = scaled(len - 1, start);
        let count = scaled(len - start - 1, share) + 1;
        let content = bytes(len);
        let file = written(&content);
        let source = Source::file(file.path()).unwrap();
        let part = Part { start: start as u64, len: count as u64 };
        let body = source.body(part, &Pool::new(u64::MAX), Arc::new(NoMeter));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        prop_assert_eq!(runtime.block_on(read(&body)).unwrap(), &content[start..start + count]);
    }
}

#[derive(Debug, Clone)]
enum Bit {
    Text(String),
    Range(usize, f64, f64),
}

fn bits() -> impl Strategy<Value = Vec<Bit>> {
    proptest::collection::vec(
        prop_oneof![
            "[a-z]{0,5}".prop_map(Bit::Text),
            (0_usize..3, 0.0_f64..1.0, 0.0_f64..1.0)
                .prop_map(|(of, at, len)| Bit::Range(of, at, len)),
        ],
        0..40,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 8))]
    #[test]
    fn an_assembly_is_its_segments(bits in bits(), start in 0.0_f64..1.0, share in 0.0_f64..1.0) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "small")]
        let scaled = |of: usize, by: f64| (of as f64 * by) as usize;
        let contents = [bytes(10), bytes(5000), bytes(PIECE + 77)];
        let files = contents.each_ref().map(|content| written(content));
        let origins = files.iter().map(|file| Origin {
            path: file.path().into(),
            identity: Identity::of(&file.as_file().metadata().unwrap()),
        }).collect();
        let mut expected = Vec::new();
        let segments = bits.into_iter().map(|bit| match bit {
            Bit::Text(text) => {
                expected.extend_from_slice(text.as_bytes());
                Segment::Text(text.into())
            }
            Bit::Range(of, at, len) => {
                let at = scaled(contents[of].len(), at);
                let len = scaled(contents[of].len() - at, len);
                expected.extend_from_slice(&contents[of][at..at + len]);
                Segment::Range { origin: u32::try_from(of).unwrap(), start: at as u64, len: len as u64 }
            }
        }).collect();
        let assembly = Assembly::new(origins, segments).unwrap();
        let source = Source::from(Content::Assembly(Box::new(assembly)));
        prop_assert_eq!(source.len(), expected.len() as u64);
        let from = scaled(expected.len(), start);
        let len = scaled(expected.len() - from, share);
        let pool = Pool::new(u64::MAX);
        let part = |start: usize, len: usize| Part { start: start as u64, len: len as u64 };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let whole = source.body(part(0, expected.len()), &pool, Arc::new(NoMeter));
        let some = source.body(part(from, len), &pool, Arc::new(NoMeter));
        for _ in 0..2 {
            prop_assert_eq!(&runtime.block_on(read(&whole)).unwrap(), &expected);
            prop_assert_eq!(runtime.block_on(read(&some)).unwrap(), &expected[from..from + len]);
        }
    }
}

#[tokio::test]
async fn every_file_of_an_assembly_is_looked_at_again() {
    let files = [written(b"one"), written(b"two")];
    let origins = files
        .each_ref()
        .map(|file| Origin {
            path: file.path().into(),
            identity: Identity::of(&file.as_file().metadata().unwrap()),
        })
        .to_vec();
    let range = |origin| Segment::Range {
        origin,
        start: 0,
        len: 3,
    };
    let assembly = Assembly::new(origins, vec![range(0), range(1)]).unwrap();
    let source = Source::from(Content::Assembly(Box::new(assembly)));
    let body = source.body(Part { start: 0, len: 6 }, &Pool::new(1), Arc::new(NoMeter));
    assert_eq!(read(&body).await.unwrap(), b"onetwo");
    // the last one first: the first that differs is the one that is named
    for file in files.iter().rev() {
        std::fs::write(file.path(), b"longer").unwrap();
        let error = read(&body).await.unwrap_err().to_string();
        assert!(
            error.contains(&file.path().display().to_string()),
            "{error}"
        );
    }
}
