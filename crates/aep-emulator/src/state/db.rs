//! One generic table of JSON documents, seen through a transaction.

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

use super::StateError;

/// Layout of the tables; a data directory with a higher number is refused.
pub(super) const LAYOUT: i64 = 1;

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS objects (
  seq     INTEGER PRIMARY KEY AUTOINCREMENT,
  kind    TEXT NOT NULL,
  sandbox TEXT NOT NULL,
  id      TEXT NOT NULL,
  parent  TEXT NOT NULL DEFAULT '',
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  doc     TEXT NOT NULL,
  UNIQUE (kind, sandbox, id)
);
CREATE INDEX IF NOT EXISTS objects_by_parent ON objects (kind, sandbox, parent, seq);
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
";

pub(super) fn connect(path: &std::path::Path) -> Result<Connection, StateError> {
    let db = Connection::open(path)?;
    db.busy_timeout(std::time::Duration::from_secs(10))?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(db)
}

pub(super) fn prepare(db: &mut Connection) -> Result<(), StateError> {
    let tx = db.transaction()?;
    let found: i64 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > LAYOUT {
        return Err(StateError::Layout {
            found,
            known: LAYOUT,
        });
    }
    tx.execute_batch(TABLES)?;
    tx.pragma_update(None, "user_version", LAYOUT)?;
    tx.commit()?;
    Ok(())
}

/// A transaction. Objects are found by kind, sandbox and id; lists come in the order of insertion.
pub(crate) struct Tx<'a> {
    db: &'a Connection,
}

impl<'a> Tx<'a> {
    pub(super) fn new(db: &'a Connection) -> Self {
        Self { db }
    }

    /// The document, or `None`.
    pub(crate) fn get(
        &self,
        kind: &str,
        sandbox: &str,
        id: &str,
    ) -> Result<Option<Value>, StateError> {
        let mut stmt = self.db.prepare_cached(
            "SELECT doc FROM objects WHERE kind = ?1 AND sandbox = ?2 AND id = ?3",
        )?;
        let doc: Option<String> = stmt
            .query_row(params![kind, sandbox, id], |row| row.get(0))
            .optional()?;
        Ok(doc.map(|text| serde_json::from_str(&text)).transpose()?)
    }

    /// Inserts or replaces. A replaced object keeps its place in the order of insertion.
    pub(crate) fn put(
        &self,
        kind: &str,
        sandbox: &str,
        id: &str,
        parent: &str,
        doc: &Value,
    ) -> Result<(), StateError> {
        let now = jiff::Timestamp::now().as_millisecond();
        let mut stmt = self.db.prepare_cached(
            "INSERT INTO objects (kind, sandbox, id, parent, created, updated, doc) VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)
             ON CONFLICT (kind, sandbox, id) DO UPDATE SET parent = ?4, updated = ?5, doc = ?6",
        )?;
        stmt.execute(params![kind, sandbox, id, parent, now, doc.to_string()])?;
        Ok(())
    }

    /// Removes the object; `false` when there was none.
    pub(crate) fn delete(&self, kind: &str, sandbox: &str, id: &str) -> Result<bool, StateError> {
        let mut stmt = self
            .db
            .prepare_cached("DELETE FROM objects WHERE kind = ?1 AND sandbox = ?2 AND id = ?3")?;
        Ok(stmt.execute(params![kind, sandbox, id])? > 0)
    }

    /// All documents of a kind in a sandbox, or only those below `parent`.
    pub(crate) fn list(
        &self,
        kind: &str,
        sandbox: &str,
        parent: Option<&str>,
    ) -> Result<Vec<Value>, StateError> {
        let mut stmt = self.db.prepare_cached(
            "SELECT doc FROM objects WHERE kind = ?1 AND sandbox = ?2 AND (?3 IS NULL OR parent = ?3) ORDER BY seq",
        )?;
        let rows = stmt.query_map(params![kind, sandbox, parent], |row| {
            row.get::<_, String>(0)
        })?;
        rows.map(|text| Ok(serde_json::from_str(&text?)?)).collect()
    }

    /// Like [`Tx::list`], each document with its id.
    pub(crate) fn entries(
        &self,
        kind: &str,
        sandbox: &str,
        parent: Option<&str>,
    ) -> Result<Vec<(String, Value)>, StateError> {
        let mut stmt = self.db.prepare_cached(
            "SELECT id, doc FROM objects WHERE kind = ?1 AND sandbox = ?2 AND (?3 IS NULL OR parent = ?3) ORDER BY seq",
        )?;
        let rows = stmt.query_map(params![kind, sandbox, parent], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        rows.map(|row| {
            let (id, text) = row?;
            Ok((id, serde_json::from_str(&text)?))
        })
        .collect()
    }

    /// All documents of a kind in every sandbox, each with its sandbox and id.
    pub(crate) fn list_everywhere(
        &self,
        kind: &str,
    ) -> Result<Vec<(String, String, Value)>, StateError> {
        let mut stmt = self
            .db
            .prepare_cached("SELECT sandbox, id, doc FROM objects WHERE kind = ?1 ORDER BY seq")?;
        let rows = stmt.query_map(params![kind], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, String>(2)?,
            ))
        })?;
        rows.map(|row| {
            let (sandbox, id, text) = row?;
            Ok((sandbox, id, serde_json::from_str(&text)?))
        })
        .collect()
    }

    /// At most `limit` documents whose ids come after `bound` (or are it, when `inclusive`), in the byte order of ids.
    pub(crate) fn after(
        &self,
        kind: &str,
        sandbox: &str,
        bound: &str,
        inclusive: bool,
        limit: usize,
    ) -> Result<Vec<(String, Value)>, StateError> {
        let sql = if inclusive {
            "SELECT id, doc FROM objects WHERE kind = ?1 AND sandbox = ?2 AND id >= ?3 ORDER BY id LIMIT ?4"
        } else {
            "SELECT id, doc FROM objects WHERE kind = ?1 AND sandbox = ?2 AND id > ?3 ORDER BY id LIMIT ?4"
        };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut stmt = self.db.prepare_cached(sql)?;
        let rows = stmt.query_map(params![kind, sandbox, bound, limit], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        rows.map(|row| {
            let (id, text) = row?;
            Ok((id, serde_json::from_str(&text)?))
        })
        .collect()
    }

    /// How many objects of a kind are below `parent`.
    pub(crate) fn count_below(
        &self,
        kind: &str,
        sandbox: &str,
        parent: &str,
    ) -> Result<u64, StateError> {
        let mut stmt = self.db.prepare_cached(
            "SELECT COUNT(*) FROM objects WHERE kind = ?1 AND sandbox = ?2 AND parent = ?3",
        )?;
        let count: i64 = stmt.query_row(params![kind, sandbox, parent], |row| row.get(0))?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// A value of the emulator itself (clock, tenant), not of a sandbox.
    pub(crate) fn meta(&self, key: &str) -> Result<Option<String>, StateError> {
        let mut stmt = self
            .db
            .prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
        Ok(stmt.query_row(params![key], |row| row.get(0)).optional()?)
    }

    /// Sets a value of the emulator itself.
    pub(crate) fn set_meta(&self, key: &str, value: &str) -> Result<(), StateError> {
        let mut stmt = self
            .db
            .prepare_cached("INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2")?;
        stmt.execute(params![key, value])?;
        Ok(())
    }

    /// Removes everything.
    pub(crate) fn clear(&self) -> Result<(), StateError> {
        self.db
            .execute_batch("DELETE FROM objects; DELETE FROM meta;")?;
        Ok(())
    }

    /// Ids of all blobs that some document names under a key `blob`, at any depth.
    pub(crate) fn blobs(&self) -> Result<std::collections::HashSet<String>, StateError> {
        let mut found = std::collections::HashSet::new();
        let mut stmt = self
            .db
            .prepare_cached("SELECT doc FROM objects WHERE doc LIKE '%\"blob\"%'")?;
        let mut rows = stmt.query([])?;
        while let Some(row) = rows.next()? {
            collect(
                &serde_json::from_str(&row.get::<_, String>(0)?)?,
                &mut found,
            );
        }
        Ok(found)
    }
}

fn collect(value: &Value, found: &mut std::collections::HashSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(id) if key == "blob" => {
                        found.insert(id.clone());
                    }
                    other => collect(other, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}
