//! Forms of credentials.

use aep_core::{Error, ErrorKind, Result};
use aep_flow::{ConnectionSpecId, FlowService};

use crate::secrets::Values;

/// The form that is meant when none was named: the only one, or the only one that has all the values that were given.
pub(crate) async fn only_form(
    spec: &ConnectionSpecId,
    values: &Values,
    flow: &FlowService,
) -> Result<String> {
    let spec = flow.connection_specs().get(spec).await?;
    let given: Vec<&str> = values.names().collect();
    let fits: Vec<&str> = spec
        .auth
        .iter()
        .filter(|form| given.iter().all(|name| form.params().contains(name)))
        .map(|form| form.name.as_str())
        .collect();
    match (spec.auth.as_slice(), fits.as_slice()) {
        ([only], _) => Ok(only.name.clone()),
        (_, [only]) => Ok((*only).to_owned()),
        ([], _) => Err(Error::new(ErrorKind::Usage, "sign in to the system")
            .with("spec", &spec.name)
            .because("it takes no credentials")),
        (all, _) => {
            let names: Vec<&str> = all.iter().map(|form| form.name.as_str()).collect();
            Err(Error::new(ErrorKind::Usage, "sign in to the system")
                .with("spec", &spec.name)
                .because("it offers several forms of credentials")
                .hint(format!("choose with --auth: {}", names.join(", "))))
        }
    }
}
