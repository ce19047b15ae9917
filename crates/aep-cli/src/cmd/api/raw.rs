//! `aep api METHOD PATH`: any call.

use aep_core::{Client, Error, ErrorKind, Operation, Request, Response, Result, Safety};
use futures::TryStreamExt;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method};
use serde_json::{Map, Value};
use url::Url;

use super::{input, pages};
use crate::cli::pair;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Limit, ROWS};

/// The largest answer that is kept whole, to be filtered or put into another format.
pub(super) const LARGEST_DOCUMENT: u64 = 256_000_000;

/// What a call by method and path takes
#[derive(Debug, clap::Args)]
#[group(id = "raw")]
pub(super) struct Args {
    /// GET, POST, PUT, PATCH, DELETE or HEAD
    #[arg(value_parser = method)]
    method: Method,
    /// Path below the gateway, with its query if you like
    path: String,
    /// A query parameter of GET, HEAD and DELETE, a field of the JSON body otherwise
    #[arg(short = 'f', long = "field", value_name = "K=V", value_parser = pair)]
    fields: Vec<(String, String)>,
    /// As -f, with a value that is JSON: a number, true, null, an object
    #[arg(short = 'F', long = "json-field", value_name = "K=JSON", value_parser = pair)]
    json_fields: Vec<(String, String)>,
    /// The body, from a file or from `-`
    #[arg(long, value_name = "FILE|-", conflicts_with = "json_fields")]
    input: Option<String>,
    /// A header
    #[arg(short = 'H', long = "header", value_name = "K:V", value_parser = header)]
    headers: Vec<(HeaderName, HeaderValue)>,
    /// Follow the service's pages and print every item
    #[arg(long)]
    paginate: bool,
    /// Print the status and the headers of the answer first
    #[arg(short, long)]
    include: bool,
}

fn method(text: &str) -> Result<Method, String> {
    match text.to_ascii_uppercase().as_str() {
        "GET" => Ok(Method::GET),
        "POST" => Ok(Method::POST),
        "PUT" => Ok(Method::PUT),
        "PATCH" => Ok(Method::PATCH),
        "DELETE" => Ok(Method::DELETE),
        "HEAD" => Ok(Method::HEAD),
        _ => Err("one of GET, POST, PUT, PATCH, DELETE, HEAD".to_owned()),
    }
}

pub(super) fn header(text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let (name, value) = text.split_once(':').ok_or("`name: value`")?;
    let name: HeaderName = name
        .trim()
        .parse()
        .map_err(|_| "a header name before the colon")?;
    let value = value
        .trim()
        .parse()
        .map_err(|_| "a header value after the colon")?;
    Ok((name, value))
}

pub(super) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let client = ctx.client().await?;
    let url = address(client, &args.path)?;
    let changes = !matches!(args.method, Method::GET | Method::HEAD);
    if changes {
        ctx.writer().await?;
    }
    if args.paginate {
        if args.method != Method::GET {
            return Err(Error::new(ErrorKind::Usage, "follow pages").because("only GET has pages"));
        }
        let items = pages::items(
            client.clone(),
            first_page(&args, url)?,
            args.headers.clone(),
        );
        ctx.out
            .list(&ROWS, items, Limit::All, &ctx.messages)
            .await?;
        return Ok(Exit::Success);
    }
    let request = request(&args, url).await?;
    let response = client.send(request).await?;
    print(args.include, response, ctx).await
}

/// The path below the gateway. Another host is refused, because the token would go there.
pub(super) fn address(client: &Client, path: &str) -> Result<Url> {
    let base = &client.settings().base_url;
    let refuse = |why: &str| {
        Err(Error::new(ErrorKind::Usage, "read the path")
            .with("path", path)
            .because(why.to_owned()))
    };
    let plain = path.split(['?', '#']).next().unwrap_or_default();
    if plain
        .split('/')
        .any(|segment| matches!(segment, "." | ".."))
    {
        return refuse("a path has no `.` and `..` segments");
    }
    let url = if path.starts_with("http://") || path.starts_with("https://") {
        Url::parse(path).map_err(|error| {
            Error::new(ErrorKind::Usage, "read the path")
                .with("path", path)
                .because(error)
        })?
    } else {
        let text = format!(
            "{}/{}",
            base.as_str().trim_end_matches('/'),
            path.trim_start_matches('/')
        );
        Url::parse(&text).map_err(|error| {
            Error::new(ErrorKind::Usage, "read the path")
                .with("path", path)
                .because(error)
        })?
    };
    if url.origin() != base.origin() {
        return refuse(
            "it is on another host than the gateway of the profile, and the token must not go there",
        );
    }
    Ok(url)
}

fn first_page(args: &Args, url: Url) -> Result<Url> {
    let mut url = url;
    if !args.fields.is_empty() {
        url.query_pairs_mut().extend_pairs(&args.fields);
    }
    if args.json_fields.is_empty() {
        return Ok(url);
    }
    Err(Error::new(ErrorKind::Usage, "read the fields")
        .because("-F makes a JSON body, which a GET does not have; use -f"))
}

async fn request(args: &Args, url: Url) -> Result<Request> {
    let safety = if matches!(args.method, Method::GET | Method::HEAD | Method::PUT) {
        Safety::Repeatable
    } else {
        Safety::NotRepeatable
    };
    let operation = Operation {
        api: "api",
        id: "call",
        safety,
    };
    let as_query =
        matches!(args.method, Method::GET | Method::HEAD | Method::DELETE) || args.input.is_some();
    let url = if as_query {
        first_page(args, url)?
    } else {
        url
    };
    let accept = accept(&args.method, url.path());
    let mut request = Request::new(operation, args.method.clone(), url)
        .doing(format!("call {} {}", args.method, args.path))
        .header(ACCEPT, accept);
    for (name, value) in &args.headers {
        request = request.header(name.clone(), value.clone());
    }
    if let Some(input) = &args.input {
        let typed = args.headers.iter().any(|(name, _)| name == CONTENT_TYPE);
        return input::attach(request, input, typed).await;
    }
    if !as_query && (!args.fields.is_empty() || !args.json_fields.is_empty()) {
        let mut body = Map::new();
        for (key, value) in &args.fields {
            body.insert(key.clone(), Value::from(value.as_str()));
        }
        for (key, value) in &args.json_fields {
            let value = serde_json::from_str(value).map_err(|error| {
                Error::new(ErrorKind::Usage, "read the value of a -F field as JSON")
                    .with("field", key)
                    .because(error)
            })?;
            body.insert(key.clone(), value);
        }
        request = request.json(&body)?;
    }
    Ok(request)
}

/// The Schema Registry answers 400 without one of its own media types; everything else takes JSON.
pub(super) fn accept(method: &Method, path: &str) -> HeaderValue {
    const COLLECTIONS: [&str; 6] = [
        "schemas",
        "classes",
        "fieldgroups",
        "mixins",
        "datatypes",
        "unions",
    ];
    if !path.contains("/schemaregistry/") || *method != Method::GET {
        return HeaderValue::from_static("application/json");
    }
    let last = path
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    if last == "stats" || path.contains("/sampledata/") {
        HeaderValue::from_static("application/json")
    } else if last == "descriptors" {
        HeaderValue::from_static("application/vnd.adobe.xdm-id+json")
    } else if COLLECTIONS.contains(&last) {
        HeaderValue::from_static("application/vnd.adobe.xed-id+json")
    } else {
        HeaderValue::from_static("application/vnd.adobe.xed+json; version=1")
    }
}

pub(super) async fn print(include: bool, response: Response, ctx: &Context) -> Result<Exit> {
    if include {
        ctx.out.line(&format!("HTTP {}", response.status()))?;
        for (name, value) in response.headers() {
            ctx.out.line(&format!(
                "{name}: {}",
                String::from_utf8_lossy(value.as_bytes())
            ))?;
        }
        ctx.out.line("")?;
    }
    let is_json = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|media| media.contains("json") && !media.contains("octet-stream"));
    if is_json {
        let body = response.bytes(LARGEST_DOCUMENT).await?;
        if let Ok(document) = serde_json::from_slice::<Value>(&body) {
            if document.is_array() && !ctx.out.is_human() {
                ctx.out.rows(
                    &ROWS,
                    document.as_array().map(Vec::as_slice).unwrap_or_default(),
                )?;
            } else {
                ctx.out
                    .document(&ROWS, &document, |out| out.line(&format!("{document:#}")))?;
            }
        } else {
            // JSON Lines, or nothing at all.
            ctx.out.raw(&body)?;
            ctx.out.flush()?;
        }
        return Ok(Exit::Success);
    }
    let mut body = response.into_stream();
    while let Some(piece) = body.try_next().await? {
        ctx.out.raw(&piece)?;
    }
    ctx.out.flush()?;
    Ok(Exit::Success)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_gets_its_own_media_types() {
        let base = "/data/foundation/schemaregistry/tenant";
        assert_eq!(
            accept(&Method::GET, &format!("{base}/schemas")),
            "application/vnd.adobe.xed-id+json"
        );
        assert_eq!(
            accept(&Method::GET, &format!("{base}/schemas/x")),
            "application/vnd.adobe.xed+json; version=1"
        );
        assert_eq!(
            accept(&Method::POST, &format!("{base}/schemas")),
            "application/json"
        );
        assert_eq!(
            accept(&Method::GET, "/data/foundation/catalog/batches"),
            "application/json"
        );
    }

    #[test]
    fn headers_and_methods_are_checked() {
        assert!(header("x-a: b").is_ok() && header("no colon").is_err() && header(": b").is_err());
        assert!(method("get").is_ok() && method("TRACE").is_err());
    }
}
