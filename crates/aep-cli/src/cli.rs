//! The command line: nouns, verbs and the flags that all of them share.

use std::time::Duration;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand};

use crate::cmd;
use crate::output::{ColorChoice, Format, ProgressMode};

const TEMPLATE: &str = "\
{about}

{before-help}{usage-heading} {usage}

{all-args}{after-help}";

const EXAMPLES: &str = "\
Examples:
  aep --local ingest members.json --dataset \"Loyalty Members\"   try it, with no account
  aep auth login --from console.json                            make a profile
  aep ingest data/*.parquet --dataset Orders                    upload, watch, report
  aep batch explain 01KQ3W8Z5T7M1V9X2B4C6D8E0F                  why a batch failed
  aep flow create --from-zone in/ --dataset Orders --every 15m  a pipeline from the landing zone
  aep flow describe nightly                                     a pipeline with its last runs
  aep dataset list -o json --jq '.[].name'                      for scripts
  aep api GET /data/foundation/catalog/dataSets -f limit=5      any other call
";

const AFTER: &str = "\
Exit codes:
  0 done              4 refused               8 over a limit
  1 other failure     5 worth trying again    124 waited too long
  2 usage             6 data rejected         130 interrupted
  3 not found         7 conflict

Not affiliated with Adobe.";

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Adobe Experience Platform from a shell: files into datasets, and the truth about what landed
#[derive(Debug, Parser)]
#[command(
    name = "aep",
    version,
    help_template = TEMPLATE,
    before_help = EXAMPLES,
    after_help = AFTER,
    styles = STYLES,
    max_term_width = 110,
    disable_help_subcommand = true,
    infer_long_args = false
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags that every command takes.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Profile to use [env: AEP_PROFILE]
    #[arg(
        short,
        long,
        global = true,
        value_name = "NAME",
        conflicts_with = "local"
    )]
    pub(crate) profile: Option<String>,
    /// Sandbox to work in [env: AEP_SANDBOX]
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) sandbox: Option<String>,
    /// Run against the built-in emulator: no account, no network
    #[arg(long, global = true)]
    pub(crate) local: bool,
    /// Format of standard output [env: AEP_FORMAT] [default: table]
    #[arg(
        short = 'o',
        long = "format",
        global = true,
        value_parser = names::<Format>(),
        value_name = "FORMAT",
        hide_default_value = true
    )]
    pub(crate) format: Option<String>,
    /// Filter the JSON output with a jq expression
    #[arg(long, global = true, value_name = "EXPR")]
    pub(crate) jq: Option<String>,
    /// Fields to show, by name or dotted path
    #[arg(long, global = true, value_name = "A,B", value_delimiter = ',')]
    pub(crate) columns: Vec<String>,
    /// Only data and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Log to standard error: -v requests, -vv their details, secrets never
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// How progress is shown
    #[arg(long, global = true, value_enum, value_name = "HOW", default_value_t)]
    pub(crate) progress: ProgressMode,
    /// When colours are used
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t)]
    pub(crate) color: ColorChoice,
    /// Longest time to wait: `30s`, `10m`, `2h`
    #[arg(long, global = true, value_name = "DUR", value_parser = duration)]
    pub(crate) timeout: Option<Duration>,
    /// How often a request is sent again
    #[arg(long, global = true, value_name = "N")]
    pub(crate) retries: Option<u32>,
    /// Print the exact requests, redacted, and change nothing
    #[arg(long, global = true)]
    pub(crate) dry_run: bool,
    /// Answer yes to every question
    #[arg(long, global = true)]
    pub(crate) yes: bool,
    /// Allow writing into a sandbox of type production
    #[arg(long, global = true)]
    pub(crate) allow_production: bool,
}

impl Global {
    /// The format of standard output, if one was asked for.
    pub(crate) fn format(&self) -> Option<Format> {
        let text = self.format.as_deref()?;
        <Format as clap::ValueEnum>::from_str(text, true).ok()
    }
}

/// Every noun, and the verbs of daily use.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Upload files into a dataset, watch, and report what landed
    Ingest(cmd::ingest::Args),
    /// Batches: the unit of ingestion
    #[command(subcommand)]
    Batch(cmd::batch::Command),
    /// Datasets: where data lives
    #[command(subcommand)]
    Dataset(cmd::dataset::Command),
    /// Schemas: what data must look like
    #[command(subcommand)]
    Schema(cmd::schema::Command),
    /// Flows: pipelines from a source to a target
    #[command(subcommand)]
    Flow(cmd::flow::Command),
    /// Runs: executions of flows
    #[command(subcommand)]
    Run(cmd::run::Command),
    /// Base connections: accounts at other systems
    #[command(subcommand)]
    Connection(cmd::connection::Command),
    /// Source connections: what is read
    #[command(subcommand)]
    Source(cmd::source::Command),
    /// Target connections: where it is written
    #[command(subcommand)]
    Target(cmd::target::Command),
    /// The landing zone: files for the platform, and files from it
    #[command(subcommand)]
    Dlz(cmd::dlz::Command),
    /// Mapping sets: how the fields of a source become those of a schema
    #[command(subcommand)]
    Mapping(cmd::mapping::Command),
    /// Specs: the platform's templates of systems and of flows
    #[command(subcommand)]
    Spec(cmd::spec::Command),
    /// Messages: data that is sent as it arises
    #[command(subcommand)]
    Stream(cmd::stream::Command),
    /// Jobs: the journals of ingestions
    #[command(subcommand)]
    Job(cmd::job::Command),
    /// Sandboxes: separate copies of the platform
    #[command(subcommand)]
    Sandbox(cmd::sandbox::Command),
    /// Credentials: log in, see the state, get a token
    #[command(subcommand)]
    Auth(cmd::auth::Command),
    /// Profiles: named sets of organisation, client and sandbox
    #[command(subcommand)]
    Profile(cmd::profile::Command),
    /// Any call of the platform, with credentials and headers done
    Api(cmd::api::Args),
    /// Check the set-up, step by step
    Doctor(cmd::doctor::Args),
    /// The platform's limits, with their sources
    Limits(cmd::limits::Args),
    /// The local emulator: a platform without an account
    #[command(subcommand)]
    Emulator(cmd::emulator::Command),
    /// Completions for a shell
    Completions(cmd::completions::Args),
    /// The manual page
    Man(cmd::man::Args),
}

/// Takes the names of an enumeration as text. A flag of all commands that one of them gives other values to must have one
/// type everywhere.
pub(crate) fn names<T: clap::ValueEnum>() -> clap::builder::PossibleValuesParser {
    T::value_variants()
        .iter()
        .filter_map(clap::ValueEnum::to_possible_value)
        .into()
}

/// Reads `30s`, `10m`, `1h 30m`, or a number of seconds.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    if let Ok(seconds) = text.parse::<u64>() {
        return Ok(Duration::from_secs(seconds));
    }
    let span: jiff::SignedDuration = text
        .parse()
        .map_err(|_| "a duration such as `30s`, `10m` or `2h`".to_owned())?;
    Duration::try_from(span).map_err(|_| "a duration that is not negative".to_owned())
}

/// Reads `500`, `64kB`, `256MB` or `1GiB`.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let split = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let factor: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return Err("a size such as `64MB` or `1GiB`".to_owned()),
    };
    let whole = |number: &str| {
        number
            .parse::<u64>()
            .ok()
            .and_then(|number| number.checked_mul(factor))
    };
    match number.split_once('.') {
        None => whole(number),
        Some((left, right)) => whole(left).and_then(|left| {
            let digits: u64 = right.parse().ok()?;
            let scale = 10_u64.checked_pow(u32::try_from(right.len()).ok()?)?;
            left.checked_add(digits.checked_mul(factor)? / scale)
        }),
    }
    .ok_or_else(|| "a size such as `64MB` or `1GiB`".to_owned())
}

/// Reads `key=value`.
pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("`key=value`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_tree_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_command_takes_a_flag_that_all_take() {
        fn walk(command: &clap::Command, global: &[String]) {
            for sub in command.get_subcommands() {
                let own = sub.get_arguments().filter(|arg| !arg.is_global_set());
                for arg in own {
                    let name = arg.get_id().to_string();
                    // `dlz env --format` was promised, and reads the flag itself.
                    if (sub.get_name(), name.as_str()) == ("env", "format") {
                        continue;
                    }
                    assert!(!global.contains(&name), "{} --{name}", sub.get_name());
                }
                walk(sub, global);
            }
        }
        let command = Cli::command();
        let global: Vec<String> = command
            .get_arguments()
            .filter(|arg| arg.is_global_set())
            .map(|arg| arg.get_id().to_string())
            .collect();
        assert!(global.contains(&"format".to_owned()));
        walk(&command, &global);
    }

    #[test]
    fn durations_and_sizes() {
        assert_eq!(duration("90").unwrap(), Duration::from_secs(90));
        assert_eq!(duration("10m").unwrap(), Duration::from_mins(10));
        assert_eq!(duration("1h 30m").unwrap(), Duration::from_mins(90));
        assert!(duration("-1s").is_err() && duration("soon").is_err());
        assert_eq!(size("256MB").unwrap(), 256_000_000);
        assert_eq!(size("1.5 GB").unwrap(), 1_500_000_000);
        assert_eq!(size("1GiB").unwrap(), 1 << 30);
        assert!(size("lots").is_err() && size("").is_err() && size("99999999999GB").is_err());
        assert_eq!(pair("a=b=c").unwrap(), ("a".to_owned(), "b=c".to_owned()));
        assert!(pair("=b").is_err() && pair("ab").is_err());
    }
}
