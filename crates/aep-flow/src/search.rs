//! Searching by a query instead of filters.

/// A search. The language of the query is the service's own and is not published beyond examples; filters of lists do for
/// most purposes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// The query.
    pub query: String,
    /// Entries asked for at once; the service's own number if it is 0.
    pub page_size: u64,
    /// The field to sort by, with `-` in front for the other direction.
    pub order_by: Option<String>,
    /// The fields to answer with; all if it is empty. Flows and flow specifications only.
    pub fields: Vec<String>,
    /// The field by which results are put together. Flow specifications only.
    pub group_by: Option<String>,
}

impl Search {
    /// A search with this query.
    pub fn new(query: impl Into<String>) -> Self {
        Self {
            query: query.into(),
            ..Self::default()
        }
    }

    /// Sorts by this field, with `-` in front for the other direction.
    #[must_use]
    pub fn order_by(mut self, field: impl Into<String>) -> Self {
        self.order_by = Some(field.into());
        self
    }

    /// Answers these fields only.
    #[must_use]
    pub fn fields<T: Into<String>>(mut self, fields: impl IntoIterator<Item = T>) -> Self {
        self.fields = fields.into_iter().map(Into::into).collect();
        self
    }
}
