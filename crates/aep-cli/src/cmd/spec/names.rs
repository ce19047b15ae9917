//! Specs by id or name.

use aep_core::{Error, ErrorKind, Result};
use aep_flow::specs::Role;
use aep_flow::{
    ConnectionSpec, ConnectionSpecId, FlowService, FlowSpecId, PropertyFilter, SpecFilter, specs,
};
use serde_json::Value;

use crate::context::Context;

/// Which of two twins is meant: many systems are both source and destination under one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Side {
    /// Whichever there is
    #[default]
    Any,
    /// Data comes from it
    Source,
    /// Data goes to it
    Target,
}

impl Side {
    pub(crate) const fn role(self) -> Option<Role> {
        match self {
            Self::Any => None,
            Self::Source => Some(Role::Source),
            Self::Target => Some(Role::Target),
        }
    }
}

/// The id of a connection spec, by id or name.
pub(crate) async fn connection(
    id_or_name: &str,
    side: Side,
    flow: &FlowService,
) -> Result<ConnectionSpecId> {
    if is_id(id_or_name) {
        return ConnectionSpecId::new(id_or_name);
    }
    let fits = |role: Role| side.role().is_none_or(|wanted| wanted == role);
    let mut found = named(id_or_name, flow).await?;
    found.retain(|spec| {
        (spec.is_source() && fits(Role::Source)) || (spec.is_target() && fits(Role::Target))
    });
    match found.as_slice() {
        [one] => Ok(one.id.clone()),
        [] => published(id_or_name, fits).ok_or_else(|| {
            Error::new(ErrorKind::NotFound, "find the connection specification")
                .with("name", id_or_name)
                .hint("`aep spec connections list` shows their names")
        }),
        several => {
            let told: Vec<String> = several
                .iter()
                .map(|spec| format!("{} ({})", spec.id, sides(spec)))
                .collect();
            Err(Error::new(
                ErrorKind::Usage,
                "tell the connection specification from others of the same name",
            )
            .with("name", id_or_name)
            .because(format!("{} have this name", several.len()))
            .hint(format!("give one of these ids: {}", told.join(", "))))
        }
    }
}

/// The platform's names change, and have their own ideas of capital letters; those that were published are taken too, if
/// only one fits.
fn published(name: &str, fits: impl Fn(Role) -> bool) -> Option<ConnectionSpecId> {
    let mut found = specs::CONNECTION_SPECS
        .iter()
        .filter(|known| known.name.eq_ignore_ascii_case(name) && fits(known.role));
    let one = found.next()?;
    found.next().is_none().then(|| one.id.clone())
}

/// All connection specs of this name, sources and targets.
pub(super) async fn named(name: &str, flow: &FlowService) -> Result<Vec<ConnectionSpec>> {
    let mut filter = SpecFilter::default();
    // A comma separates alternatives: such a name cannot be asked for.
    if !name.is_empty() && !name.contains(',') {
        filter
            .property
            .push(PropertyFilter::new("name", "==", name)?);
    }
    let mut found = flow.connection_specs().list(filter).await?;
    found.retain(|spec| spec.name == name);
    Ok(found)
}

/// `source`, `target`, or both.
pub(super) fn sides(spec: &ConnectionSpec) -> &'static str {
    match (spec.is_source(), spec.is_target()) {
        (true, false) => "source",
        (false, true) => "target",
        _ => "source, target",
    }
}

/// The id of a flow spec, by id or name.
pub(crate) async fn flow(id_or_name: &str, flow: &FlowService) -> Result<FlowSpecId> {
    if is_id(id_or_name) {
        return FlowSpecId::new(id_or_name);
    }
    Ok(flow.flow_specs().find(id_or_name).await?.id)
}

/// Ids of specs are UUIDs, and no published name looks like one.
pub(crate) fn is_id(text: &str) -> bool {
    text.len() == 36
        && text
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// For people, the name of the object's connection spec or flow spec beside its id, as far as the id is a published one.
pub(crate) fn with_name(mut object: Value, ctx: &Context) -> Value {
    if !ctx.out.is_human() {
        return object;
    }
    let id = ["connectionSpec", "flowSpec"]
        .iter()
        .find_map(|key| object[key]["id"].as_str())
        .unwrap_or_default();
    let name = specs::CONNECTION_SPECS
        .iter()
        .find(|known| known.id.as_str() == id)
        .map(|known| known.name)
        .or_else(|| {
            specs::FLOW_SPECS
                .iter()
                .find(|known| known.id.as_str() == id)
                .map(|known| known.name)
        })
        .unwrap_or(id)
        .to_owned();
    if let (Value::Object(fields), false) = (&mut object, name.is_empty()) {
        fields.insert("specName".to_owned(), name.into());
    }
    object
}
