//! What explore calls say of the zone.

use std::io::Write as _;

use object_store::{ObjectStoreExt, PutPayload};
use serde_json::{Value, json};

use super::{key, store};
use crate::support::World;

const EXPLORE: &str =
    "/data/foundation/flowservice/connectionSpecs/26f526f2-58f4-4712-961d-e41bf1ccc0e8/explore";

async fn put(world: &World, name: &str, bytes: impl Into<Vec<u8>>) {
    let payload = PutPayload::from(bytes.into());
    store(world).await.put(&key(name), payload).await.unwrap();
}

async fn explore(world: &World, query: &str) -> Value {
    world.get(&format!("{EXPLORE}?{query}")).await.expect(200)
}

async fn code(world: &World, query: &str) -> String {
    let refused = world.get(&format!("{EXPLORE}?{query}")).await;
    let status = refused.status;
    let kind = refused.json()["type"].as_str().unwrap().to_owned();
    let code = kind.rsplit_once("CONNECTOR-").unwrap().1.to_owned();
    assert!(code.ends_with(&status.to_string()), "{code} {status}");
    code
}

fn file(name: &str, more: &str) -> String {
    format!("objectType=file&object=dlz-user-container%2F{name}&{more}")
}

#[tokio::test]
async fn folders_show_what_lies_in_them() {
    let world = World::new().await;
    assert_eq!(explore(&world, "objectType=root").await, json!([]));
    put(&world, "in/a.csv", "id\n1\n").await;
    put(&world, "in/deep/b.csv", "id\n1\n").await;
    put(&world, "top ü.json", "{}").await;
    let root = explore(&world, "objectType=ROOT").await;
    assert_eq!(
        root,
        json!([
            {"type": "folder", "name": "in", "path": "dlz-user-container/in/", "canPreview": false, "canFetchSchema": false},
            {"type": "file", "name": "top ü.json", "path": "dlz-user-container/top ü.json", "canPreview": true, "canFetchSchema": true},
        ])
    );
    for object in [
        "dlz-user-container%2Fin%2F",
        "dlz-user-container%2Fin",
        "%2Fin",
    ] {
        let folder = explore(&world, &format!("objectType=folder&object={object}")).await;
        let paths: Vec<_> = folder
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["path"])
            .collect();
        assert_eq!(
            paths,
            ["dlz-user-container/in/deep/", "dlz-user-container/in/a.csv"]
        );
    }
    assert_eq!(
        code(&world, "objectType=folder&object=nowhere").await,
        "1003-404"
    );
}

#[tokio::test]
async fn wrong_parameters_have_their_codes() {
    let world = World::new().await;
    put(&world, "a.csv", "id\n1\n").await;
    for (query, wanted) in [
        (String::new(), "1334-400"),
        ("objectType=".to_owned(), "1334-400"),
        ("objectType=shelf".to_owned(), "1358-400"),
        ("objectType=folder".to_owned(), "1337-400"),
        ("objectType=file".to_owned(), "1337-400"),
        (file("a.csv", ""), "1304-400"),
        (file("a.csv", "fileType=xlsx"), "1327-400"),
        (
            file("a.csv", "fileType=delimited&columnDelimiter=%3B%3B"),
            "1331-400",
        ),
        (
            file("a.csv", "fileType=delimited&encoding=EBCDIC"),
            "1312-400",
        ),
        (
            file("a.csv", "fileType=delimited&determineProperties=true"),
            "1374-400",
        ),
        (file("b.csv", "fileType=delimited"), "1003-404"),
    ] {
        assert_eq!(code(&world, &query).await, wanted, "{query}");
    }
}

#[tokio::test]
async fn delimited_files_have_texts_only() {
    let world = World::new().await;
    put(&world, "a.csv", "id;name\n1;\"x;y\"\n2;z\n").await;
    let seen = explore(
        &world,
        &file("a.csv", "determineProperties=true&preview=true"),
    )
    .await;
    assert_eq!(seen["format"], "flat");
    assert_eq!(
        seen["schema"]["columns"][0],
        json!({"name": "id", "type": "string", "xdm": {"type": "string"}})
    );
    assert_eq!(
        seen["data"],
        json!([{"id": "1", "name": "x;y"}, {"id": "2", "name": "z"}])
    );
    assert_eq!(
        seen["properties"],
        json!({"fileType": "delimited", "columnDelimiter": ";"})
    );
    let plain = explore(
        &world,
        &file("a.csv", "fileType=delimited&columnDelimiter=%3B"),
    )
    .await;
    assert!(plain.get("data").is_none());
    assert_eq!(plain["schema"], seen["schema"]);
}

#[tokio::test]
async fn json_files_show_their_nesting() {
    let world = World::new().await;
    let rows =
        "{\"id\":1,\"who\":{\"name\":\"a\"},\"tags\":[\"x\"]}\n{\"id\":2.5,\"who\":{\"age\":3}}\n";
    put(&world, "rows.json", rows).await;
    let seen = explore(&world, &file("rows.json", "fileType=json&preview=true")).await;
    assert_eq!(seen["format"], "hierarchical");
    let fields = &seen["schema"]["properties"];
    assert_eq!(fields["id"], json!({"type": "number"}));
    assert_eq!(
        fields["who"]["properties"]["age"]["minimum"],
        -9_007_199_254_740_991_i64
    );
    assert_eq!(
        fields["tags"],
        json!({"type": "array", "items": {"type": "string"}})
    );
    assert_eq!(seen["data"].as_array().unwrap().len(), 2);
    put(&world, "flat.json", "[{\"a\": true}, {\"a\": null}]").await;
    let seen = explore(&world, &file("flat.json", "determineProperties=true")).await;
    assert_eq!(seen["schema"]["columns"][0]["type"], "boolean");
    put(&world, "bad.json", "{\"a\": ]").await;
    assert_eq!(
        code(&world, &file("bad.json", "fileType=json")).await,
        "1308-400"
    );
}

#[tokio::test]
async fn compressed_files_are_unpacked() {
    let world = World::new().await;
    let text = b"id,name\n1,x\n";
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text).unwrap();
    put(&world, "a.csv.gz", gzip.finish().unwrap()).await;
    let mut deflate = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
    deflate.write_all(text).unwrap();
    let deflated = deflate.finish().unwrap();
    let mut zip = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0".to_vec();
    zip.extend(u32::try_from(deflated.len()).unwrap().to_le_bytes());
    zip.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
    zip.extend(b"\x05\0\0\0a.csv");
    zip.extend(&deflated);
    put(&world, "a.zip", zip).await;
    let mut tar = vec![0_u8; 512];
    tar[..5].copy_from_slice(b"a.csv");
    tar[124..135].copy_from_slice(b"00000000014");
    tar[156] = b'0';
    tar[257..262].copy_from_slice(b"ustar");
    tar.extend(text);
    tar.resize(2048, 0);
    put(&world, "a.tar", tar).await;
    put(&world, "a.deflate", deflated).await;
    for (name, kind) in [
        ("a.csv.gz", "gzip"),
        ("a.zip", "zipDeflate"),
        ("a.tar", "tar"),
    ] {
        let seen = explore(&world, &file(name, "determineProperties=true&preview=true")).await;
        assert_eq!(seen["properties"]["compressionType"], kind);
        assert_eq!(seen["data"], json!([{"id": "1", "name": "x"}]), "{kind}");
    }
    let query = file(
        "a.deflate",
        "fileType=delimited&compressionType=deflate&preview=true",
    );
    assert_eq!(explore(&world, &query).await["data"][0]["name"], "x");
    let query = file("a.csv.gz", "fileType=delimited&compressionType=bzip2");
    assert_eq!(code(&world, &query).await, "1308-400");
}

#[tokio::test]
async fn parquet_files_show_their_columns() {
    use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
    let world = World::new().await;
    let id: ArrayRef = std::sync::Arc::new(Int64Array::from(vec![1, 2]));
    let name: ArrayRef = std::sync::Arc::new(StringArray::from(vec![Some("x"), None]));
    let batch = RecordBatch::try_from_iter([("id", id), ("name", name)]).unwrap();
    let mut writer =
        parquet::arrow::ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    put(&world, "a.parquet", writer.into_inner().unwrap()).await;
    for how in ["fileType=parquet", "determineProperties=true"] {
        let seen = explore(&world, &file("a.parquet", &format!("{how}&preview=true"))).await;
        assert_eq!(seen["properties"], json!({"fileType": "parquet"}));
        assert_eq!(seen["schema"]["columns"][0]["type"], "integer");
        assert_eq!(seen["data"], json!([{"id": 1, "name": "x"}, {"id": 2}]));
    }
    put(&world, "bad.parquet", "PAR1 not at all").await;
    assert_eq!(
        code(&world, &file("bad.parquet", "fileType=parquet")).await,
        "1308-400"
    );
}
