//! `cargo xtask contract`: our documents against the emulator, by schemathesis. Whatever is sent, no 5xx, nothing that is not
//! documented, no answer that breaks its schema, none that does not come.

use std::path::Path;
use std::process::Stdio;

use crate::codegen::load;
use crate::error::{Context, Error, Result};
use crate::process::{self, Emulator, Home};
use crate::{output, tools, workspace};

/// Made-up requests per operation, besides the systematic ones.
const EXAMPLES: &str = "10";
/// Seconds until an answer counts as missing.
const PATIENCE: &str = "20";
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

/// Hold the emulator against the documents in spec/, with requests that schemathesis makes up
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The documents, by the names of their files; all of them by default
    apis: Vec<String>,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let apis = if args.apis.is_empty() {
        apis()?
    } else {
        args.apis.clone()
    };
    let schemathesis = tools::schemathesis()?;
    let aep = process::aep()?;
    let mut broken = Vec::new();
    for api in apis {
        if !one(&api, &schemathesis, &aep)? {
            broken.push(api);
        }
    }
    if broken.is_empty() {
        return Ok(());
    }
    Err(Error::new(format!(
        "the emulator breaks {}",
        broken.join(", ")
    )))
}

/// The names of the documents.
pub(crate) fn apis() -> Result<Vec<String>> {
    load::names(&workspace::root().join("spec"))
}

/// One document, against an emulator of its own: whether it is kept.
pub(crate) fn one(api: &str, schemathesis: &Path, aep: &Path) -> Result<bool> {
    output::note(format!("schemathesis: {api}"));
    let home = Home::new()?;
    let emulator = Emulator::start(aep, &home, &[])?;
    let mut command = home.command(schemathesis);
    command
        .args(["--no-color", "run"])
        .arg(workspace::root().join("spec").join(format!("{api}.yaml")))
        .args(["--origin", emulator.url()])
        .args(["--phases", "coverage,fuzzing", "--checks", CHECKS])
        .args(["--max-examples", EXAMPLES, "--seed", "1"])
        .args(["--request-timeout", PATIENCE, "--warnings", "off"])
        .current_dir(home.path());
    let token = token(&home, emulator.url())?;
    for header in [
        format!("Authorization: Bearer {token}"),
        "x-api-key: local-client".to_owned(),
        "x-gw-ims-org-id: LOCAL@AdobeOrg".to_owned(),
        "x-sandbox-name: dev".to_owned(),
    ] {
        command.args(["-H", &header]);
    }
    for operation in unserved(api)? {
        command.args(["--exclude-operation-id", &operation]);
    }
    process::run(&mut command, |_| {})
}

/// What the emulator answers with 501, as its documents say.
fn unserved(api: &str) -> Result<Vec<String>> {
    let path = workspace::root().join("docs/emulator.md");
    let text =
        std::fs::read_to_string(&path).doing(|| format!("could not read {}", path.display()))?;
    let row = format!("| `{api}` | ");
    Ok(text
        .lines()
        .filter_map(|line| line.strip_prefix(&row))
        .flat_map(|rest| rest.split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect())
}

fn token(home: &Home, url: &str) -> Result<String> {
    let form = "grant_type=client_credentials&client_id=local-client&client_secret=local-secret&scope=openid";
    let answer = home
        .command(tools::system("curl", "curl")?)
        .args(["--silent", "--fail", "--data", form])
        .arg(format!("{url}/ims/token/v3"))
        .stdin(Stdio::null())
        .output()
        .doing(|| "could not start curl")?;
    let answer: serde_json::Value =
        serde_json::from_slice(&answer.stdout).doing(|| "could not read the emulator's token")?;
    answer["access_token"]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| Error::new("the emulator gave no token"))
}
