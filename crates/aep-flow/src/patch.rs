//! The operations of a change.

use aep_core::{Error, ErrorKind, Result};
use serde::Serialize;
use serde_json::Value;

/// One operation of a change, in the form of JSON Patch. Flow Service knows `add`, `replace` and `remove` (Adobe's
/// documentation of the Flow Service API; `move`, `copy` and `test` are refused with code 1434).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PatchOp {
    op: &'static str,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
}

impl PatchOp {
    /// Sets a field that may be missing: `PatchOp::add("/description", "…")`. At the end of a list with `/-`.
    pub fn add(path: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::new("add", path, Some(value.into()))
    }

    /// Sets a field that is there. An object is replaced as a whole: what the new value leaves out is gone.
    pub fn replace(path: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::new("replace", path, Some(value.into()))
    }

    /// Takes a field away.
    pub fn remove(path: impl Into<String>) -> Self {
        Self::new("remove", path, None)
    }

    fn new(op: &'static str, path: impl Into<String>, value: Option<Value>) -> Self {
        Self {
            op,
            path: path.into(),
            value,
        }
    }

    /// Reads an operation from its JSON form. The name of the operation may be in upper case, as some of Adobe's documents
    /// write it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] if it is none of the three, has no path, or lacks its value.
    pub fn from_value(operation: &Value) -> Result<Self> {
        let wrong = |why: &str| {
            Error::new(ErrorKind::Usage, "read a patch operation").because(why.to_owned())
        };
        let name = operation["op"].as_str().unwrap_or_default();
        let path = operation["path"]
            .as_str()
            .ok_or_else(|| wrong("it has no `path`"))?;
        let value = operation.get("value").cloned();
        let op = match name.to_ascii_lowercase().as_str() {
            "add" => "add",
            "replace" => "replace",
            "remove" => return Ok(Self::remove(path)),
            _ => return Err(wrong("`op` is not add, replace or remove")),
        };
        if value.is_none() {
            return Err(wrong("it has no `value`"));
        }
        Ok(Self::new(op, path, value))
    }

    /// `add`, `replace` or `remove`.
    pub fn op(&self) -> &'static str {
        self.op
    }

    /// Where, as a JSON Pointer.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What, unless it is a removal.
    pub fn value(&self) -> Option<&Value> {
        self.value.as_ref()
    }

    fn check(&self) -> Result<()> {
        if self.path.starts_with('/') {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Usage, "change the object")
            .with("path", &self.path)
            .because("a path begins with a slash, as `/name` does"))
    }
}

/// Refuses changes that the service could not carry out.
pub(crate) fn check(operations: &[PatchOp]) -> Result<()> {
    if operations.is_empty() {
        return Err(
            Error::new(ErrorKind::Usage, "change the object").because("no operation is given")
        );
    }
    operations.iter().try_for_each(PatchOp::check)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn an_operation_is_written_in_lower_case_and_a_removal_has_no_value() {
        let ops = [
            PatchOp::add("/description", "new"),
            PatchOp::replace("/scheduleParams", json!({"interval": 3})),
            PatchOp::remove("/labels"),
        ];
        assert_eq!(
            serde_json::to_value(ops).unwrap(),
            json!([{"op": "add", "path": "/description", "value": "new"},
                {"op": "replace", "path": "/scheduleParams", "value": {"interval": 3}},
                {"op": "remove", "path": "/labels"}])
        );
    }

    #[test]
    fn the_spelling_of_other_clients_is_read() {
        let op = PatchOp::from_value(&json!({"op": "Add", "path": "/a", "value": null})).unwrap();
        assert_eq!((op.op(), op.value()), ("add", Some(&Value::Null)));
        let op = PatchOp::from_value(&json!({"op": "REMOVE", "path": "/a", "value": 1})).unwrap();
        assert_eq!((op.op(), op.value()), ("remove", None));
        for bad in [
            json!({"op": "move", "path": "/a", "value": 1}),
            json!({"op": "add", "value": 1}),
            json!({"op": "add", "path": "/a"}),
        ] {
            assert_eq!(
                PatchOp::from_value(&bad).unwrap_err().kind(),
                ErrorKind::Usage,
                "{bad}"
            );
        }
    }

    #[test]
    fn nothing_to_do_and_a_path_without_a_slash_are_refused() {
        assert!(check(&[]).is_err());
        assert!(check(&[PatchOp::remove("name")]).is_err());
        assert!(check(&[PatchOp::remove("/name")]).is_ok());
    }
}
