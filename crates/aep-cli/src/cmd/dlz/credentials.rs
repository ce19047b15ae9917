//! `aep dlz credentials`.

use aep_core::Result;
use aep_flow::zone::ZoneCredentials;

use super::Which;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, text};

const VIEW: View = View {
    noun: "credentials",
    id: "containerName",
    columns: &[
        text("container", "containerName"),
        text("account", "storageAccountName"),
        text("SAS URI", "SASUri"),
        text("SAS token", "SASToken"),
        text("bucket", "dlzPath.bucketName"),
        text("folder", "dlzPath.dlzFolder"),
        text("access key id", "credentials.awsAccessKeyId"),
        text("secret access key", "credentials.awsSecretAccessKey"),
        text("session token", "credentials.awsSessionToken"),
        text("provider", "dlzProvider"),
        text("expires", "expires"),
    ],
};

/// Show the credentials of the zone's storage, secrets hidden unless asked for
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep dlz credentials
  aep dlz credentials --show-secrets -o json --jq .SASUri
")]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    secrets: Secrets,
}

/// Whether secrets are shown
#[derive(Debug, clap::Args)]
pub(super) struct Secrets {
    /// Print the secrets themselves
    #[arg(long)]
    show_secrets: bool,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let credentials = args.which.open(ctx).await?.credentials().await?;
    show(&credentials, &args.secrets, ctx)?;
    Ok(Exit::Success)
}

pub(super) fn show(credentials: &ZoneCredentials, secrets: &Secrets, ctx: &Context) -> Result<()> {
    ctx.out
        .one(&VIEW, &credentials.document(secrets.show_secrets))?;
    if !secrets.show_secrets {
        ctx.messages
            .tip("secrets are hidden: --show-secrets prints them");
    }
    Ok(())
}
