//! `aep stream send [FILE]`.

use std::io::Read as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use aep_core::{Error, ErrorKind, FlowId, InletId, Result, limits};
use aep_ingest::streaming::{Envelope, Given, Outcome, Sent, elements, lines, records};
use aep_ingest::{Ingest, Inlet};
use bytes::Bytes;
use clap::ValueEnum;
use futures::stream::{BoxStream, unfold};
use futures::{Stream, StreamExt, TryStreamExt};
use serde::Serialize;
use tokio::fs::File;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncWriteExt, BufReader, BufWriter};
use tokio::sync::mpsc;
use tokio_util::io::StreamReader;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, text, value, visible};

/// Refusals that are shown; the others are in the file of `--rejects`.
const SHOWN: usize = 20;

const VIEW: View = View {
    noun: "messages",
    id: "inlet",
    columns: &[
        text("inlet", "inlet"),
        text("messages", "messages"),
        text("accepted", "accepted"),
        text("refused", "refused"),
        text("unconfirmed", "unconfirmed"),
    ],
};

/// Send messages to an inlet, one per line
///
/// Reads JSON objects, one per line or in one JSON array: whole XDM messages, or with --dataset rows, which are put into
/// messages. Exits with 6 if a message was refused. What is accepted has been taken in; it lands some minutes later.
///
/// Records of CSV are rows too: the header names their columns by XDM paths, and an empty cell is a field that is not there.
/// Values have the types of the dataset's schema; without --dataset every value is a text.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep stream send messages.ndjson --inlet 0f3c… --rejects again.ndjson
  aep stream send members.csv --inlet 0f3c… --dataset \"Loyalty Members\"
  tail -f events.ndjson | aep stream send --inlet 0f3c… --dataset Events --flow \"events, live\"
")]
pub(crate) struct Args {
    /// The messages; `-` is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,
    /// The inlet, as the connection names it
    #[arg(long, value_name = "ID")]
    inlet: InletId,
    /// What they are written in [default: csv if the file is named so, else JSON in lines or in an array]
    #[arg(long, value_enum, value_name = "FORMAT")]
    input_format: Option<Written>,
    /// The flow that the messages are for: needed for raw data, and by an inlet with several flows
    #[arg(long, value_name = "ID|NAME")]
    flow: Option<String>,
    /// Put rows into messages for this dataset
    #[arg(long, value_name = "ID|NAME")]
    dataset: Option<String>,
    /// The schema of the rows [default: that of the dataset]
    #[arg(long, value_name = "ID|TITLE", requires = "dataset")]
    schema: Option<String>,
    /// Have each message checked before it is taken in: slow, for development
    #[arg(long)]
    sync_validation: bool,
    /// Write what was not accepted here, to be sent again
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Send token, key and organisation: for an inlet with authentication
    #[arg(long)]
    authenticated: bool,
    /// Never send a message twice, even if the answer was lost
    #[arg(long)]
    at_most_once: bool,
    /// Requests at once [default: 8]
    #[arg(long, value_name = "N")]
    concurrency: Option<NonZeroUsize>,
}

/// What messages are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Written {
    /// One JSON array
    Json,
    /// One JSON object per line
    Ndjson,
    /// Comma-separated values with a header line
    Csv,
}

type Input = Box<dyn AsyncBufRead + Send + Unpin>;

#[derive(Default, Serialize)]
struct Report {
    inlet: String,
    messages: u64,
    accepted: u64,
    refused: u64,
    unconfirmed: u64,
    /// Messages that are larger than is advised.
    large: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejects: Option<String>,
    refusals: Vec<Shown>,
}

#[derive(Serialize)]
struct Shown {
    number: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    message: String,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    // What is wrong with the command line is said before anything is asked or sent.
    let input = input(&args).await?;
    let (inlet, messages) = inlet(&args, input, &ctx.writer().await?, ctx).await?;
    let mut rejects = match args.rejects.as_deref().filter(|_| !ctx.dry_run()) {
        Some(path) => Some(BufWriter::new(
            File::create(path).await.map_err(|error| io(path, error))?,
        )),
        None => None,
    };
    let mut report = Report {
        inlet: args.inlet.to_string(),
        rejects: args.rejects.as_ref().map(|path| path.display().to_string()),
        ..Report::default()
    };
    let mut sent = std::pin::pin!(inlet.send_all(messages));
    let ended = loop {
        match sent.try_next().await {
            Ok(Some(sent)) => {
                if let (Some(file), false) = (&mut rejects, count(&mut report, &sent)) {
                    let text = [&sent.text[..], b"\n"].concat();
                    let path = args.rejects.as_deref().unwrap_or(Path::new(""));
                    file.write_all(&text)
                        .await
                        .map_err(|error| io(path, error))?;
                }
            }
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    if let (Some(mut file), Some(path)) = (rejects, &args.rejects) {
        file.flush().await.map_err(|error| io(path, error))?;
    }
    if !ctx.dry_run() {
        show(&report, ctx)?;
    }
    if report.large > 0 {
        ctx.messages.note(&format!(
            "{} messages have more than the {} bytes that are advised: they are slow to process, and Profile takes no larger events",
            report.large,
            limits::STREAM_RECORD_BYTES
        ));
    }
    ended?;
    verdict(&report)
}

async fn input(args: &Args) -> Result<Input> {
    if args.file.as_os_str() == "-" {
        return Ok(Box::new(StreamReader::new(stdin().boxed())));
    }
    let file = File::open(&args.file)
        .await
        .map_err(|error| io(&args.file, error))?;
    let same = |a: &Path, b: &Path| a == b || a.canonicalize().ok() == b.canonicalize().ok();
    if let Some(path) = &args.rejects
        && path.exists()
        && same(path, &args.file)
    {
        return Err(Error::new(ErrorKind::Usage, "write what was not accepted")
            .with("file", path.display())
            .because("it is the file that the messages are read from"));
    }
    Ok(Box::new(BufReader::new(file)))
}

impl Args {
    /// What was said that the messages are written in, or the name of their file says.
    fn written(&self) -> Option<Written> {
        let extension = self
            .file
            .extension()
            .and_then(|extension| extension.to_str());
        let csv = extension.is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
        self.input_format.or(csv.then_some(Written::Csv))
    }
}

/// The elements of an array if the text begins like one, else its lines.
async fn messages(mut input: Input) -> Result<BoxStream<'static, Result<Given>>> {
    let begin = input
        .fill_buf()
        .await
        .map_err(|error| Error::new(ErrorKind::Io, "read the messages").because(error))?;
    let begin = begin.strip_prefix(b"\xef\xbb\xbf").unwrap_or(begin);
    let array = begin.trim_ascii_start().starts_with(b"[");
    Ok(json(input, array))
}

fn json(input: Input, array: bool) -> BoxStream<'static, Result<Given>> {
    if array {
        elements(input).map_ok(Given::from).boxed()
    } else {
        lines(input).map_ok(Given::from).boxed()
    }
}

/// Standard input, read by a thread that nobody waits for when the command is interrupted.
fn stdin() -> impl Stream<Item = std::io::Result<Bytes>> + Send {
    let (sender, receiver) = mpsc::channel(4);
    std::thread::spawn(move || {
        let mut stdin = std::io::stdin().lock();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let read = match stdin.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => Ok(Bytes::copy_from_slice(&buffer[..read])),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => Err(error),
            };
            let last = read.is_err();
            if sender.blocking_send(read).is_err() || last {
                break;
            }
        }
    });
    unfold(receiver, |mut receiver| async {
        Some((receiver.recv().await?, receiver))
    })
}

/// The inlet, and what is sent to it.
async fn inlet(
    args: &Args,
    input: Input,
    ingest: &Ingest,
    ctx: &Context,
) -> Result<(Inlet, BoxStream<'static, Result<Given>>)> {
    let mut inlet = ingest
        .inlet(args.inlet.clone())
        .sync_validation(args.sync_validation)
        .authenticated(args.authenticated)
        .at_most_once(args.at_most_once);
    if let Some(requests) = args.concurrency {
        inlet = inlet.concurrency(requests);
    }
    if let Some(flow) = &args.flow {
        inlet = inlet.flow(self::flow(flow, ctx).await?);
    }
    let mut rows = None;
    if let Some(dataset) = &args.dataset {
        let dataset = ingest.datasets().find(dataset).await?;
        let org = ingest.client().settings().org.clone();
        let mut envelope = Envelope::of(&dataset, org)?;
        rows.clone_from(&dataset.schema);
        if let Some(schema) = &args.schema {
            let schema = ingest.schemas().find(schema).await?;
            rows = Some(schema.clone());
            envelope = envelope.schema(schema);
        }
        inlet = inlet.wrap(envelope);
    }
    let messages = match args.written() {
        Some(Written::Csv) => {
            let schema = match &rows {
                Some(schema) => Some(ingest.schemas().resolved(schema).await?),
                None => None,
            };
            records(input, schema).boxed()
        }
        Some(Written::Json) => json(input, true),
        Some(Written::Ndjson) => json(input, false),
        None => messages(input).await?,
    };
    Ok((inlet, messages))
}

/// An id is taken as it is, so that sending needs no permission to read flows.
async fn flow(id_or_name: &str, ctx: &Context) -> Result<FlowId> {
    let digit = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
    if id_or_name.len() == 36 && id_or_name.bytes().all(digit) {
        return FlowId::new(id_or_name);
    }
    Ok(ctx.flow().await?.flows().find(id_or_name).await?.id)
}

/// Counts a message; whether it was accepted.
fn count(report: &mut Report, sent: &Sent) -> bool {
    report.messages += 1;
    report.large += u64::from(sent.text.len() as u64 > limits::STREAM_RECORD_BYTES);
    let mut shown = |status, message: &str| {
        if report.refusals.len() < SHOWN {
            report.refusals.push(Shown {
                number: sent.number,
                status,
                message: message.to_owned(),
            });
        }
    };
    match &sent.outcome {
        Outcome::Accepted(_) => report.accepted += 1,
        Outcome::Refused(refusal) => {
            shown(refusal.status, &refusal.message);
            report.refused += 1;
        }
        Outcome::Unconfirmed => {
            shown(None, "not known to have arrived");
            report.unconfirmed += 1;
        }
    }
    matches!(sent.outcome, Outcome::Accepted(_))
}

fn show(report: &Report, ctx: &Context) -> Result<()> {
    ctx.out.document(&VIEW, &value(report)?, |out| {
        for refusal in &report.refusals {
            let text = format!("message {}: {}", refusal.number, refusal.message);
            out.line(&visible(&text))?;
        }
        let failed = report.refused + report.unconfirmed;
        let more = failed.saturating_sub(report.refusals.len() as u64);
        if more > 0 {
            out.line(&format!("{more} more like these"))?;
        }
        out.line(&format!(
            "{} of {} messages accepted by inlet {}",
            report.accepted,
            report.messages,
            visible(&report.inlet)
        ))
    })
}

fn verdict(report: &Report) -> Result<Exit> {
    let failed = report.refused + report.unconfirmed;
    if failed == 0 {
        return Ok(Exit::Success);
    }
    let error = Error::new(ErrorKind::Rejected, "send all messages")
        .because(format!("{failed} of {} were not accepted", report.messages));
    Err(match &report.rejects {
        Some(path) => error.hint(format!("they are in {path}, to be sent again")),
        None => error.hint("`--rejects FILE` keeps them, to be sent again"),
    })
}

fn io(path: &Path, error: std::io::Error) -> Error {
    let kind = match error.kind() {
        std::io::ErrorKind::NotFound => ErrorKind::NotFound,
        _ => ErrorKind::Io,
    };
    Error::new(kind, "use a file")
        .with("file", path.display())
        .because(error)
}
