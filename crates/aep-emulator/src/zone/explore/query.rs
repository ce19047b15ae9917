//! The parameters of explore calls and how they go together.

use super::Refused;
use super::file::FileType;

/// `objectType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ObjectType {
    Root,
    Folder,
    File,
}

fn truth(name: &str, value: &str) -> Result<bool, Refused> {
    value
        .to_ascii_lowercase()
        .parse()
        .map_err(|_| Refused::bad(1334, format!("{name}={value} is neither true nor false")))
}

/// The parameters that say something about files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Query {
    pub(super) object_type: ObjectType,
    object: Option<String>,
    pub(super) file_type: Option<String>,
    pub(super) compression_type: Option<String>,
    pub(super) column_delimiter: Option<String>,
    pub(super) encoding: Option<String>,
    pub(super) preview: bool,
    pub(super) determine: bool,
}

impl Query {
    /// Reads the query of a call. Names are taken in any case: Adobe's own documents disagree about it.
    pub(super) fn read(query: Option<&str>) -> Result<Self, Refused> {
        let pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        let mut read = Self {
            object_type: ObjectType::Root,
            object: None,
            file_type: None,
            compression_type: None,
            column_delimiter: None,
            encoding: None,
            preview: false,
            determine: false,
        };
        let mut object_type = None;
        for (name, value) in pairs {
            let value = value.into_owned();
            let target = match name.to_ascii_lowercase().as_str() {
                "objecttype" => &mut object_type,
                "object" => &mut read.object,
                "filetype" => &mut read.file_type,
                "compressiontype" => &mut read.compression_type,
                "columndelimiter" => &mut read.column_delimiter,
                "encoding" => &mut read.encoding,
                "preview" => {
                    read.preview = truth(&name, &value)?;
                    continue;
                }
                "determineproperties" => {
                    read.determine = truth(&name, &value)?;
                    continue;
                }
                _ => continue,
            };
            if value.is_empty() {
                return Err(Refused::bad(
                    1334,
                    format!("the query parameter {name} is empty"),
                ));
            }
            *target = Some(value);
        }
        let given = object_type
            .ok_or_else(|| Refused::bad(1334, "the query parameter objectType is missing"))?;
        read.object_type = match given.to_ascii_lowercase().as_str() {
            "root" => ObjectType::Root,
            "folder" => ObjectType::Folder,
            "file" => ObjectType::File,
            _ => {
                return Err(Refused::bad(
                    1358,
                    format!("objectType {given} is none of root, folder, file"),
                ));
            }
        };
        if read.object_type != ObjectType::Root {
            read.object()?;
        }
        read.file_type()?;
        Ok(read)
    }

    /// `fileType`, if it was given.
    pub(super) fn file_type(&self) -> Result<Option<FileType>, Refused> {
        let Some(given) = &self.file_type else {
            return Ok(None);
        };
        FileType::of_name(given).map(Some).ok_or_else(|| {
            let detail = format!("fileType {given} is none of delimited, json, parquet");
            Refused::bad(1327, detail)
        })
    }

    /// `object`, which only the root can do without.
    pub(super) fn object(&self) -> Result<&str, Refused> {
        self.object
            .as_deref()
            .ok_or_else(|| Refused::bad(1337, "this objectType needs the query parameter object"))
    }
}
