//! What is refused, and that nothing is sent then.

use aep_core::ErrorKind;
use aep_ingest::upload::Rejections;
use aep_ingest::{InputFormat, Inputs, Validate};

use crate::support::{World, member, ndjson, world};

async fn refused(world: &World, inputs: Inputs) -> aep_core::Error {
    let upload = world.ingest.upload(world.members().await, inputs);
    let error = upload.start().join().await.unwrap_err();
    assert_eq!(world.changes(), Vec::<String>::new(), "{}", error.report());
    error
}

#[tokio::test]
async fn bad_inputs_send_no_request() {
    let world = world().await;
    let good = world.file("good.ndjson", ndjson(2));
    let text = |error: &aep_core::Error| error.report().to_string();

    let error = refused(
        &world,
        Inputs::paths([good.clone(), world.file("empty.json", "")]),
    )
    .await;
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(
        text(&error).contains("empty.json: the file is empty"),
        "{}",
        text(&error)
    );

    let error = refused(
        &world,
        Inputs::paths([world.dir.path().join("missing.json")]),
    )
    .await;
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(text(&error).contains("missing.json"));

    let error = refused(&world, Inputs::paths([world.dir.path().join("*.xyz")])).await;
    assert!(text(&error).contains("nothing matches"));

    std::fs::create_dir(world.dir.path().join("nothing")).unwrap();
    let error = refused(&world, Inputs::paths([world.dir.path().join("nothing")])).await;
    assert_eq!(error.kind(), ErrorKind::Usage);

    let magic = world.file("a.parquet", b"PAR1 and then no end");
    let error = refused(&world, Inputs::paths([magic])).await;
    assert_eq!(error.kind(), ErrorKind::Rejected);

    for (name, content, says) in [
        (
            "rows.parquet",
            ndjson(2),
            "its name says parquet, its content is ndjson",
        ),
        (
            "rows.PQ",
            "a,b\n1,2\n".to_owned(),
            "its name says parquet, its content is csv",
        ),
    ] {
        let error = refused(&world, Inputs::paths([world.file(name, content)])).await;
        assert_eq!(error.kind(), ErrorKind::Rejected);
        assert!(text(&error).contains(says), "{}", text(&error));
    }

    let long = format!("{}.ndjson", "x".repeat(240));
    let path = world.file("long.ndjson", ndjson(1));
    let name = vec![long; 9].join("/");
    let error = refused(&world, Inputs::new().file_as(path.clone(), name)).await;
    assert_eq!(error.kind(), ErrorKind::Limit);

    let error = refused(&world, Inputs::new().file_as(path, "a/../b.json")).await;
    assert_eq!(error.kind(), ErrorKind::Usage);
}

#[tokio::test]
async fn a_declared_format_is_held_against_the_content() {
    let world = world().await;
    let path = world.file("a.parquet", ndjson(1));
    let upload = world
        .ingest
        .upload(world.members().await, Inputs::paths([path]))
        .format(InputFormat::Parquet);
    let error = upload.start().join().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert_eq!(world.changes(), Vec::<String>::new());
}

#[tokio::test]
async fn rows_that_do_not_fit_are_named() {
    let world = world().await;
    let bad = r#"{"_id":"x","_local":{"memberId":"M00000002","tier":"tin"}}"#;
    let path = world.file("in/a.ndjson", format!("{}\n{bad}\n", member(1)));
    let error = refused(&world, Inputs::paths([path])).await;
    assert_eq!(error.kind(), ErrorKind::Rejected);
    let source = std::error::Error::source(&error).unwrap();
    let rejections = source.downcast_ref::<Rejections>().expect("the findings");
    assert_eq!(
        (rejections.rows, rejections.bad_rows, rejections.files),
        (2, 1, 1)
    );
    let finding = &rejections.findings[0];
    assert_eq!(
        (finding.line, finding.path.as_str()),
        (Some(2), "_local.tier")
    );
    let text = error.report().to_string();
    assert!(
        text.contains("a.ndjson:2")
            && text.contains("`_local.tier`")
            && text.contains("gold")
            && text.contains("tin"),
        "{text}"
    );
}

#[tokio::test]
async fn validation_can_be_switched_off() {
    let world = world().await;
    let path = world.file(
        "in/a.ndjson",
        "{\"_id\":\"x\",\"_local\":{\"memberId\":\"M00000002\",\"tier\":\"tin\"}}\n",
    );
    let upload = world
        .ingest
        .upload(world.members().await, Inputs::paths([path]))
        .validate(Validate::Off);
    let report = upload.start().join().await.unwrap();
    assert!(
        !report.is_complete(),
        "the server sees what the client did not look for"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn links_are_followed_once_and_said() {
    let world = world().await;
    let target = world.file("in/a.ndjson", ndjson(1));
    std::os::unix::fs::symlink(&target, world.dir.path().join("in/b.ndjson")).unwrap();
    std::os::unix::fs::symlink(
        world.dir.path().join("in"),
        world.dir.path().join("in/loop"),
    )
    .unwrap();
    let plan = world
        .ingest
        .upload(
            world.members().await,
            Inputs::paths([world.dir.path().join("in"), target]),
        )
        .plan()
        .unwrap();
    assert_eq!(plan.files(), 1, "{:?}", plan.notes);
    for word in ["b.ndjson is a link", "named twice", "around it"] {
        assert!(
            plan.notes.iter().any(|note| note.contains(word)),
            "{word}: {:?}",
            plan.notes
        );
    }
}

#[tokio::test]
async fn what_was_read_from_a_reader_is_called_as_the_caller_says() {
    let world = world().await;
    let rows =
        r#"[{"_id":"a","_local":{"memberId":"M00000001"}},{"_id":"b","_local":{"memberId":"x"}}]"#;
    let inputs = Inputs::new().reader(rows.as_bytes(), "stdin.json").unwrap();
    let error = refused(&world, inputs).await.report().to_string();
    assert!(
        error.contains("stdin.json:1, row 2: `_local.memberId`"),
        "{error}"
    );
    assert!(!error.contains("aep-input-"), "{error}");
}
