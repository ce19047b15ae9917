//! What is done to connections, source and target connections, flows and runs alike. The folders of the nouns give it types.

use aep_core::{Client, Cursor, Error, ErrorKind, Page, Result, items};
use futures::{Stream, TryStreamExt};
use serde_json::Value;

use crate::FlowService;
use crate::filter::{PropertyFilter, texts};
use crate::json::{Object, inner, text};
use crate::model::{Created, Stored};
use crate::patch::{self, PatchOp};
use crate::search::Search;
use crate::wire::{self, Kind, ListQuery, Listed, Searched};

/// Entries asked for at once, and the most that one answer has (Adobe's document of the destinations API).
pub(crate) const PAGE: u64 = 100;

/// What a list is asked with.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query {
    pub(crate) property: Vec<PropertyFilter>,
    pub(crate) order_by: Option<String>,
    pub(crate) page_size: u64,
}

/// The items of a page, and where the next one begins.
pub(crate) fn page<T>(
    listed: Listed,
    what: &'static str,
    read: fn(Object) -> Result<T>,
) -> Result<Page<T>> {
    let items = listed.items.into_iter().map(|item| match item {
        Value::Object(item) => read(item),
        _ => Err(Error::new(ErrorKind::Protocol, format!("list {what}s"))
            .because("an item is not an object")),
    });
    Ok(Page {
        items: items.collect::<Result<_>>()?,
        next: listed.next,
    })
}

/// A lazy list. Filters and page size go along with every page.
pub(crate) fn list<T: Stored>(
    client: &Client,
    kind: Kind,
    query: Query,
) -> impl Stream<Item = Result<T>> + Send + use<T> {
    let client = client.clone();
    let property = texts(&query.property);
    let limit = match query.page_size {
        0 => PAGE,
        size => size.min(PAGE),
    };
    items(move |cursor| {
        let (client, property, order_by) =
            (client.clone(), property.clone(), query.order_by.clone());
        async move {
            let token = match cursor {
                Some(Cursor::Token(token)) => Some(token),
                _ => None,
            };
            let asked = ListQuery {
                property: &property,
                limit: Some(limit),
                order_by: order_by.as_deref(),
                token: token.as_deref(),
            };
            let answer = wire::list(&client, kind, asked).await?;
            page(answer, kind.word(), T::read)
        }
    })
}

/// How many there are.
pub(crate) async fn count(client: &Client, kind: Kind, property: &[PropertyFilter]) -> Result<u64> {
    let counted = wire::count(client, kind, &texts(property)).await?;
    counted.ok_or_else(|| {
        Error::new(ErrorKind::Protocol, format!("count {}s", kind.word()))
            .because("the answer has no `count`")
    })
}

/// One, by its id.
pub(crate) async fn get<T: Stored>(client: &Client, kind: Kind, id: &str) -> Result<T> {
    let answer = wire::get(client, kind, id)
        .await
        .map_err(|error| about(error, kind, id))?;
    match answer {
        Some(Value::Object(object)) => T::read(object),
        _ => Err(missing(kind, id)),
    }
}

pub(crate) fn missing(kind: Kind, id: &str) -> Error {
    Error::new(ErrorKind::NotFound, format!("find the {}", kind.word()))
        .with("id", id)
        .hint(listing(kind))
}

fn listing(kind: Kind) -> String {
    match kind {
        Kind::Run => "`aep run list --flow FLOW` shows the runs of a flow".to_owned(),
        kind => format!(
            "`aep {} list` shows the {}s of the sandbox",
            kind.command(),
            kind.word()
        ),
    }
}

/// The error of a call about one object, with its id and what is known about its code.
fn about(error: Error, kind: Kind, id: &str) -> Error {
    about_id(error, id, || listing(kind))
}

/// The error of a call about something with an id. The code for an unknown one is published with two statuses.
pub(crate) fn about_id(error: Error, id: &str, hint: impl FnOnce() -> String) -> Error {
    let unknown = error
        .problem()
        .and_then(|problem| problem.code.as_deref())
        .is_some_and(|code| code.starts_with("FLOW-1439"));
    let error = error.with("id", id);
    if !unknown && error.kind() != ErrorKind::NotFound {
        return error;
    }
    let error = error.of_kind(ErrorKind::NotFound);
    match error.hint_text() {
        None => error.hint(hint()),
        Some(_) => error,
    }
}

/// One, by its id or name.
pub(crate) async fn find<T: Stored>(client: &Client, kind: Kind, id_or_name: &str) -> Result<T> {
    if is_id(id_or_name) {
        match get::<T>(client, kind, id_or_name).await {
            // a name that only looks like an id
            Err(error) if error.kind() == ErrorKind::NotFound || error.status() == Some(400) => {}
            other => return other,
        }
    }
    let mut query = Query::default();
    // a comma separates alternatives: such a name can't be asked for
    if !id_or_name.is_empty() && !id_or_name.contains(',') {
        query
            .property
            .push(PropertyFilter::equal("name", id_or_name));
    }
    let listed = list::<T>(client, kind, query);
    let found: Vec<T> = listed
        .try_filter(|one| std::future::ready(one.name() == id_or_name))
        .try_collect()
        .await?;
    let ids: Vec<String> = found.iter().map(|one| one.id().to_owned()).collect();
    single(found, &ids, kind.word(), id_or_name).map_err(|error| match error.kind() {
        ErrorKind::NotFound => error.hint(listing(kind)),
        _ => error,
    })
}

/// The only one of what was found by a name; of several the candidates are told.
pub(crate) fn single<T>(
    found: Vec<T>,
    candidates: &[String],
    what: &'static str,
    name: &str,
) -> Result<T> {
    let several = found.len();
    let mut found = found.into_iter();
    match (found.next(), several) {
        (Some(one), 1) => Ok(one),
        (None, _) => {
            Err(Error::new(ErrorKind::NotFound, format!("find the {what}")).with("name", name))
        }
        _ => Err(Error::new(
            ErrorKind::Usage,
            format!("tell the {what} from others of the same name"),
        )
        .with("name", name)
        .because(format!("{several} have this name"))
        .hint(format!("give one of these ids: {}", candidates.join(", ")))),
    }
}

/// A UUID today; something of its length without a space may be an id of tomorrow, and asking costs little.
fn is_id(text: &str) -> bool {
    (20..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Makes one.
pub(crate) async fn create<I>(
    service: &FlowService,
    kind: Kind,
    body: &Value,
    draft: bool,
    new: fn(String) -> Result<I>,
) -> Result<Created<I>> {
    service.guard_writes().await?;
    let name = body["name"].as_str().unwrap_or_default().to_owned();
    let answer = wire::create(service.client(), kind, body, draft)
        .await
        .map_err(|error| {
            let error = if name.is_empty() {
                error
            } else {
                error.with("name", &name)
            };
            if error.outcome_is_unknown() {
                error.hint(format!(
                    "it may have been made all the same: look with `aep {} list` before trying again",
                    kind.command()
                ))
            } else {
                error
            }
        })?;
    Created::read(answer, "understand the answer to a create", new, None)
}

/// Checks a document that is to be made as it is.
pub(crate) fn check_document(document: &Value, kind: Kind, wanted: &[&str]) -> Result<()> {
    let refused = |why: String| {
        Error::new(ErrorKind::Usage, format!("create a {}", kind.word())).because(why)
    };
    let Some(object) = document.as_object() else {
        return Err(refused("the document is not an object".to_owned()));
    };
    for key in wanted {
        let there = match object.get(*key) {
            None | Some(Value::Null) => false,
            Some(Value::String(text)) => !text.trim().is_empty(),
            Some(Value::Array(list)) => !list.is_empty(),
            Some(_) => true,
        };
        if !there {
            return Err(refused(format!("the document has no `{key}`")));
        }
    }
    for key in ["connectionSpec", "flowSpec"] {
        if let Some(spec) = object.get(key)
            && inner(object, key)
                .and_then(|spec| text(spec, "id"))
                .is_none()
        {
            return Err(refused(format!("`{key}` has no `id`: {spec}")));
        }
    }
    Ok(())
}

/// Refuses an empty name before anything is sent.
pub(crate) fn check_name(name: &str, kind: Kind) -> Result<()> {
    if name.trim().is_empty() {
        return Err(
            Error::new(ErrorKind::Usage, format!("create a {}", kind.word()))
                .because("it has no name"),
        );
    }
    Ok(())
}

/// Changes one. The etag is the one that was read, so that nobody's change is undone unseen.
pub(crate) async fn update<I>(
    service: &FlowService,
    kind: Kind,
    id: &str,
    etag: &str,
    operations: Vec<PatchOp>,
    new: fn(String) -> Result<I>,
) -> Result<Created<I>> {
    patch::check(&operations)?;
    let etag = quoted(etag, kind)?;
    service.guard_writes().await?;
    let answer = wire::update(service.client(), kind, id, &etag, &operations)
        .await
        .map_err(|error| {
            let error = about(error, kind, id);
            if error.kind() == ErrorKind::Conflict && error.status() == Some(412) {
                error.hint(format!(
                    "somebody changed the {} since it was read: read it again, and repeat the change with its new etag",
                    kind.word()
                ))
            } else {
                error
            }
        })?;
    Created::read(answer, "understand the answer to a change", new, Some(id))
}

/// The etag with its quotes, which belong to it and get lost in shells.
fn quoted(etag: &str, kind: Kind) -> Result<String> {
    let etag = etag.trim();
    if etag.is_empty() {
        return Err(
            Error::new(ErrorKind::Usage, format!("change the {}", kind.word()))
                .because("no etag is given")
                .hint("read it first: a change names the version that it is made to"),
        );
    }
    if etag.starts_with('"') || etag.starts_with("W/") {
        Ok(etag.to_owned())
    } else {
        Ok(format!("\"{etag}\""))
    }
}

/// Deletes one. One that is gone after a repeated request was deleted by the first.
pub(crate) async fn delete(service: &FlowService, kind: Kind, id: &str) -> Result<()> {
    service.guard_writes().await?;
    match wire::delete(service.client(), kind, id).await {
        Err(error) if error.kind() == ErrorKind::NotFound && error.attempts() > 1 => Ok(()),
        other => other.map_err(|error| about(error, kind, id)),
    }
}

/// Moves one to another state.
pub(crate) async fn action<I>(
    service: &FlowService,
    kind: Kind,
    id: &str,
    op: &str,
    new: fn(String) -> Result<I>,
) -> Result<Created<I>> {
    service.guard_writes().await?;
    let answer = wire::action(service.client(), kind, id, op)
        .await
        .map_err(|error| about(error, kind, id).with("action", op))?;
    Created::read(answer, "understand the answer to an action", new, Some(id))
}

/// What a search finds.
pub(crate) fn search(
    client: &Client,
    what: Searched,
    search: Search,
) -> impl Stream<Item = Result<Value>> + Send + use<> {
    let client = client.clone();
    items(move |cursor| {
        let (client, search) = (client.clone(), search.clone());
        async move {
            let token = match cursor {
                Some(Cursor::Token(token)) => Some(token),
                _ => None,
            };
            let listed = wire::search(&client, what, &search, token.as_deref()).await?;
            Ok(Page {
                items: listed.items,
                next: listed.next,
            })
        }
    })
}
