//! `aep api call`.

use aep_core::{Error, ErrorKind, Operation, Request, Result};
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method};

use super::fill::{Filled, Given, fill};
use super::known::{self, Known};
use super::raw::{accept, address, header, print};
use super::{input, pages};
use crate::cli::pair;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Limit, ROWS};

/// Call an operation by its name, its parameters checked before anything is sent
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep api call listDatasets -f limit=5
  aep api call retrieveBatch -f BATCH_ID=01KQ3W8Z5T7M1V9X2B4C6D8E0F
  aep api call batch-ingestion.createBatch --input batch.json
  aep api call listFlows --paginate -o ndjson
")]
pub(super) struct Args {
    /// The operation, with its service in front where several have it
    #[arg(value_parser = known::Name, hide_possible_values = true)]
    operation: String,
    /// A parameter, wherever it belongs: path, query, header or body
    #[arg(short = 'f', long = "field", value_name = "K=V", value_parser = pair)]
    fields: Vec<(String, String)>,
    /// As -f, with a value that is JSON: a list, an object
    #[arg(short = 'F', long = "json-field", value_name = "K=JSON", value_parser = pair)]
    json_fields: Vec<(String, String)>,
    /// The body, from a file or from `-`
    #[arg(long, value_name = "FILE|-")]
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

pub(super) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let known = known::find(&args.operation)?;
    let text = args
        .fields
        .iter()
        .map(|(name, value)| (name.as_str(), Given::Text(value)));
    let json = args
        .json_fields
        .iter()
        .map(|(name, value)| (name.as_str(), Given::Json(value)));
    let fields: Vec<(&str, Given<'_>)> = text.chain(json).collect();
    let mut filled = fill(known, &fields, args.input.is_some())?;
    let method = check_body(known, &filled, &args)?;
    filled.headers.extend(args.headers.iter().cloned());
    let client = ctx.client().await?;
    let mut url = address(client, &filled.path)?;
    if !filled.query.is_empty() {
        url.query_pairs_mut().extend_pairs(&filled.query);
    }
    if known.info.changes {
        ctx.writer().await?;
    }
    if args.paginate {
        if method != Method::GET {
            return Err(Error::new(ErrorKind::Usage, "follow pages").because("only GET has pages"));
        }
        let items = pages::items(client.clone(), url, filled.headers);
        ctx.out
            .list(&ROWS, items, Limit::All, &ctx.messages)
            .await?;
        return Ok(Exit::Success);
    }
    let operation = Operation {
        api: known.service.name,
        id: known.info.id,
        safety: known.info.safety,
    };
    let path = url.path().to_owned();
    let mut request =
        Request::new(operation, method.clone(), url).doing(format!("call {}", known.name()));
    if !filled.headers.iter().any(|(name, _)| name == ACCEPT) {
        request = request.header(ACCEPT, accept(&method, &path));
    }
    let typed = filled.headers.iter().any(|(name, _)| name == CONTENT_TYPE);
    for (name, value) in filled.headers {
        request = request.header(name, value);
    }
    if let Some(input) = &args.input {
        let only = known.info.body.map_or(&[][..], |body| body.media_types);
        if let ([media], false) = (only, typed) {
            request = request.header(CONTENT_TYPE, HeaderValue::from_static(media));
            request = input::attach(request, input, true).await?;
        } else {
            request = input::attach(request, input, typed).await?;
        }
    } else if !filled.body.is_empty() {
        request = request.json(&filled.body)?;
    }
    let response = client.send(request).await?;
    print(args.include, response, ctx).await
}

/// The method, once it is known that there is a body where one is needed and none where none is taken.
fn check_body(known: Known, filled: &Filled, args: &Args) -> Result<Method> {
    let wrong = || Error::new(ErrorKind::Usage, "make the body").with("operation", known.name());
    match known.info.body {
        None if args.input.is_some() => return Err(wrong().because("the operation takes none")),
        Some(body) if body.required && args.input.is_none() && filled.body.is_empty() => {
            let has_fields = body.open || !body.fields.is_empty();
            return Err(wrong()
                .because("the operation needs one")
                .hint(if has_fields {
                    "give its fields with -f and -F, or all of it with --input FILE"
                } else {
                    "give it with --input FILE"
                }));
        }
        _ => {}
    }
    known
        .info
        .method
        .parse()
        .map_err(|error: http::method::InvalidMethod| wrong().because(error))
}
