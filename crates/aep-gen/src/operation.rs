//! What is known about an operation without calling it.

pub use aep_core::Safety;

/// One operation of an API, from its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OperationInfo {
    /// The `operationId`, Adobe's: `listBatches`. Operations that share a path and method have an id of their own.
    pub id: &'static str,
    /// The name of the generated method: `list_batches`.
    pub function: &'static str,
    /// The HTTP method, in upper case.
    pub method: &'static str,
    /// The path template below the base path of the API: `/batches/{BATCH_ID}`.
    pub path: &'static str,
    /// Whether it may be sent twice.
    pub safety: Safety,
    /// Whether it changes something on the server.
    pub changes: bool,
    /// Whether it acts in a sandbox, and so carries the name of one.
    pub sandboxed: bool,
    /// Whether it carries token, key and organisation.
    pub credentials: bool,
    /// The media type of the request body, where it is neither JSON nor a form nor plain bytes.
    pub content_type: Option<&'static str>,
    /// What a successful answer holds.
    pub answer: Answer,
    /// The field of the answer that a bare array stands for.
    pub list: Option<&'static str>,
    /// What it does, in a line.
    pub summary: &'static str,
    /// More about it; may be empty.
    pub description: &'static str,
    /// What a caller may give besides the body. Token, key, organisation and sandbox are not among them.
    pub parameters: &'static [ParameterInfo],
    /// The body, if it takes one.
    pub body: Option<BodyInfo>,
    /// The statuses that its document names.
    pub statuses: &'static [u16],
}

impl OperationInfo {
    /// Everything that a caller may give: the parameters, then the fields of the body.
    pub fn inputs(&self) -> impl Iterator<Item = &'static ParameterInfo> {
        let fields = self.body.map_or(&[][..], |body| body.fields);
        self.parameters.iter().chain(fields)
    }
}

/// One thing that a caller may give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParameterInfo {
    /// Its name on the wire.
    pub name: &'static str,
    /// Where it belongs.
    pub place: Place,
    /// What its value is.
    pub kind: Kind,
    /// Whether it has to be there.
    pub required: bool,
    /// The values that it can have; any if there are none.
    pub values: &'static [&'static str],
    /// Whether slashes in it separate segments of the path.
    pub slashes: bool,
    /// What it means; may be empty.
    pub description: &'static str,
}

/// Where a value belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// A segment of the path.
    Path,
    /// The query.
    Query,
    /// A header.
    Header,
    /// A field of the body.
    Body,
}

impl Place {
    /// `path`, `query`, `header` or `body`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Body => "body",
        }
    }
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A list; a parameter may be given several times.
    List,
    /// An object.
    Object,
    /// The document does not say.
    Any,
}

impl Kind {
    /// The type's name in JSON Schema, or `any`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::List => "array",
            Self::Object => "object",
            Self::Any => "any",
        }
    }
}

/// The body of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BodyInfo {
    /// Its media types.
    pub media_types: &'static [&'static str],
    /// Whether it has to be there.
    pub required: bool,
    /// Its fields; none of a body that is no JSON object.
    pub fields: &'static [ParameterInfo],
    /// Whether fields of other names than the listed ones are taken.
    pub open: bool,
}

/// What a successful answer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// JSON, read as a whole.
    Json,
    /// Bytes, to be read in pieces.
    Bytes,
    /// Nothing but status and headers.
    Empty,
}
