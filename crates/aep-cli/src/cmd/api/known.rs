//! The operations of all APIs, by name.

use aep_core::{Error, ErrorKind, Result};
use aep_gen::OperationInfo;
use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};

/// An API below the gateway.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) name: &'static str,
    base: &'static str,
    pub(super) operations: &'static [OperationInfo],
}

macro_rules! services {
    ($($name:literal $module:ident),* $(,)?) => {
        &[$(Service {
            name: $name,
            base: aep_gen::$module::BASE_PATH,
            operations: aep_gen::$module::OPERATIONS,
        }),*]
    };
}

/// All of them but the one that gives tokens: it is on another host, and `aep auth token` asks it.
pub(super) const SERVICES: &[Service] = services![
    "ad-hoc-activation" ad_hoc_activation,
    "batch-ingestion" batch_ingestion,
    "catalog" catalog,
    "data-access" data_access,
    "data-prep" data_prep,
    "flow-service" flow_service,
    "landing-zone" landing_zone,
    "sandbox" sandbox,
    "schema-registry" schema_registry,
];

/// An operation and the API that it belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    pub(super) service: &'static Service,
    pub(super) info: &'static OperationInfo,
}

impl Known {
    /// `catalog.listBatches`.
    pub(super) fn name(self) -> String {
        format!("{}.{}", self.service.name, self.info.id)
    }

    /// `/data/foundation/catalog/batches/{BATCH_ID}`.
    pub(super) fn path(self) -> String {
        format!("{}{}", self.service.base, self.info.path)
    }
}

pub(super) fn all() -> impl Iterator<Item = Known> {
    SERVICES.iter().flat_map(|service| {
        let operations = service.operations.iter();
        operations.map(move |info| Known { service, info })
    })
}

/// The operation of a name, with the service in front or without.
pub(super) fn find(name: &str) -> Result<Known> {
    let wrong = || Error::new(ErrorKind::Usage, "find the operation").with("operation", name);
    let found: Vec<Known> = all()
        .filter(|known| known.info.id == name || known.name() == name)
        .collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(wrong().because("no API has it").hint(match nearest(name) {
            Some(near) => format!("did you mean `{near}`? `aep api list` shows all"),
            None => "`aep api list` shows all".to_owned(),
        })),
        several => {
            let names: Vec<String> = several
                .iter()
                .map(|known| format!("`{}`", known.name()))
                .collect();
            Err(wrong()
                .because("several APIs have it")
                .hint(format!("say which: {}", names.join(" or "))))
        }
    }
}

fn nearest(name: &str) -> Option<String> {
    all()
        .flat_map(|known| [known.info.id.to_owned(), known.name()])
        .map(|known| (likeness(&known, name), known))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
}

/// How alike two names are, from 0 to 1, without regard to case.
pub(super) fn likeness(a: &str, b: &str) -> f64 {
    strsim::jaro_winkler(&a.to_lowercase(), &b.to_lowercase())
}

/// Takes any name, so that a wrong one gets an answer with a suggestion; offers the right ones for completion.
#[derive(Debug, Clone)]
pub(super) struct Name;

impl TypedValueParser for Name {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(all().map(|known| {
            let shared = all().filter(|other| other.info.id == known.info.id).count() > 1;
            let name = if shared {
                known.name()
            } else {
                known.info.id.to_owned()
            };
            PossibleValue::new(name).help(known.info.summary)
        })))
    }
}

/// The names of the services, for arguments.
pub(super) fn services() -> clap::builder::PossibleValuesParser {
    SERVICES.iter().map(|service| service.name).into()
}
