//! The operations of the emulated services, by the names of Adobe's published documents where those have one.
//!
//! Fault rules, the request log and the 405 of a service go by this table; the routers do the work. Those marked `unserved` have
//! no route and are answered with 501.

use http::Method;

/// The emulated services.
#[allow(clippy::enum_variant_names, reason = "it is the name of the service")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Service {
    Ims,
    SandboxManagement,
    SchemaRegistry,
    Catalog,
    Import,
    DataAccess,
    FlowService,
    LandingZone,
    DataPrep,
    AdHoc,
    Collection,
    /// The S3 face of landing zones. It has no path of its own: see [`crate::zone::s3`].
    ZoneStorage,
    Admin,
}

impl Service {
    const ALL: [Self; 12] = [
        Self::Ims,
        Self::SandboxManagement,
        Self::SchemaRegistry,
        Self::Catalog,
        Self::Import,
        Self::DataAccess,
        Self::FlowService,
        Self::LandingZone,
        Self::DataPrep,
        Self::AdHoc,
        Self::Collection,
        Self::Admin,
    ];

    /// Path below which the service answers.
    pub(crate) fn base(self) -> &'static str {
        match self {
            Self::Ims => "/ims",
            Self::SandboxManagement => "/data/foundation/sandbox-management",
            Self::SchemaRegistry => "/data/foundation/schemaregistry",
            Self::Catalog => "/data/foundation/catalog",
            Self::Import => "/data/foundation/import",
            Self::DataAccess => "/data/foundation/export",
            Self::FlowService => "/data/foundation/flowservice",
            Self::LandingZone => "/data/foundation/connectors/landingzone",
            Self::DataPrep => "/data/foundation/conversion",
            Self::AdHoc => "/data/core/activation/disflowprovider",
            Self::Collection => "/collection",
            Self::ZoneStorage => "",
            Self::Admin => "/__emulator",
        }
    }

    /// The service a path belongs to.
    pub(crate) fn of_path(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| {
            path.strip_prefix(service.base())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// Name used in `service.operation`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ims => "ims",
            Self::SandboxManagement => "sandbox",
            Self::SchemaRegistry => "schema-registry",
            Self::Catalog => "catalog",
            Self::Import => "batch-ingestion",
            Self::DataAccess => "data-access",
            Self::FlowService => "flow-service",
            Self::LandingZone => "landing-zone",
            Self::DataPrep => "data-prep",
            Self::AdHoc => "ad-hoc-activation",
            Self::Collection => "streaming-ingestion",
            Self::ZoneStorage => "zone-storage",
            Self::Admin => "emulator",
        }
    }
}

/// One operation: a method on a path template, told apart by `action` where the path alone does not do.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) service: Service,
    pub(crate) name: &'static str,
    pub(crate) method: &'static str,
    pub(crate) template: &'static str,
    action: Option<&'static str>,
    /// Whether a router takes it.
    pub(crate) served: bool,
}

macro_rules! operations {
    ($($service:ident { $($name:literal $method:ident $template:literal $([$action:literal])? $($unserved:ident)?),* $(,)? })*) => {
        /// Every operation, the more special before the more general.
        pub(crate) static OPERATIONS: &[Operation] = &[$($(Operation {
            service: Service::$service,
            name: $name,
            method: stringify!($method),
            template: $template,
            action: operations!(@action $($action)?),
            served: operations!(@served $($unserved)?),
        },)*)*];
    };
    (@action) => { None };
    (@action $action:literal) => { Some($action) };
    (@served) => { true };
    (@served unserved) => { false };
}

operations! {
    Ims {
        "fetchToken" POST "/token/v3",
        "fetchTokenV2" POST "/token/v2",
    }
    SandboxManagement {
        "listAvailableSandboxes" GET "/",
        "listSandboxTypes" GET "/sandboxTypes",
        "listSandboxes" GET "/sandboxes",
        "createSandbox" POST "/sandboxes",
        "retrieveSandbox" GET "/sandboxes/{name}",
        "resetSandbox" PUT "/sandboxes/{name}" unserved,
        "patchSandbox" PATCH "/sandboxes/{name}" unserved,
        "deleteSandbox" DELETE "/sandboxes/{name}" unserved,
    }
    SchemaRegistry {
        "retrieveStats" GET "/stats",
        "listUnionSchemas" GET "/tenant/unions",
        "retrieveUnionSchema" GET "/tenant/unions/{id}",
        "retrieveExportPayload" GET "/rpc/export/{id}",
        "importResource" POST "/rpc/import" unserved,
        "retrieveSampleData" GET "/rpc/sampledata/{id}",
        "retrieveAuditLog" GET "/rpc/auditlog/{id}" unserved,
        "createFieldGroup" POST "/tenant/fieldgroups",
        "updateFieldGroup" PUT "/tenant/fieldgroups/{id}",
        "patchFieldGroup" PATCH "/tenant/fieldgroups/{id}",
        "removeFieldGroup" DELETE "/tenant/fieldgroups/{id}",
        "listFieldGroups" GET "/{container}/fieldgroups",
        "retrieveFieldGroup" GET "/{container}/fieldgroups/{id}",
        "createSchema" POST "/tenant/schemas",
        "updateSchema" PUT "/tenant/schemas/{id}",
        "patchSchema" PATCH "/tenant/schemas/{id}",
        "deleteSchema" DELETE "/tenant/schemas/{id}",
        "listSchemas" GET "/{container}/schemas",
        "retrieveSchema" GET "/{container}/schemas/{id}",
        "createMixin" POST "/tenant/mixins",
        "replaceMixin" PUT "/tenant/mixins/{id}",
        "updateMixin" PATCH "/tenant/mixins/{id}",
        "removeMixin" DELETE "/tenant/mixins/{id}",
        "listMixins" GET "/{container}/mixins",
        "lookupMixin" GET "/{container}/mixins/{id}",
        "createClass" POST "/tenant/classes",
        "replaceClass" PUT "/tenant/classes/{id}",
        "updateClass" PATCH "/tenant/classes/{id}",
        "removeClass" DELETE "/tenant/classes/{id}",
        "listClasses" GET "/{container}/classes",
        "retrieveClass" GET "/{container}/classes/{id}",
        "createDataType" POST "/tenant/datatypes",
        "replaceDatatype" PUT "/tenant/datatypes/{id}",
        "updateDataType" PATCH "/tenant/datatypes/{id}",
        "deleteDatatype" DELETE "/tenant/datatypes/{id}",
        "listDataTypes" GET "/{container}/datatypes",
        "retrieveDataType" GET "/{container}/datatypes/{id}",
        "listBehaviors" GET "/{container}/behaviors",
        "retrieveBehavior" GET "/{container}/behaviors/{id}",
        "createDescriptor" POST "/tenant/descriptors",
        "updateDescriptor" PUT "/tenant/descriptors/{id}",
        "deleteDescriptor" DELETE "/tenant/descriptors/{id}",
        "listDescriptors" GET "/{container}/descriptors",
        "retrieveDescriptor" GET "/{container}/descriptors/{id}",
    }
    Catalog {
        "retrieveUniqueBatchValues" GET "/batches/uniques/{field}",
        "listBatches" GET "/batches",
        "createBatch" POST "/batches",
        "retrieveBatch" GET "/batches/{id}",
        "updateBatch" PUT "/batches/{id}",
        "createBatchWithId" POST "/batches/{id}",
        "patchBatch" PATCH "/batches/{id}",
        "deleteBatch" DELETE "/batches/{id}",
        "listLastBatches" GET "/lastBatches",
        "listDatasets" GET "/dataSets",
        "createDataset" POST "/dataSets",
        "retrieveDataset" GET "/dataSets/{id}",
        "putDataset" PUT "/dataSets/{id}",
        "patchDataset" PATCH "/dataSets/{id}",
        "deleteDataset" DELETE "/dataSets/{id}",
        "patchDataSetV2" PATCH "/v2/dataSets/{id}",
        "listDatasetViews" GET "/dataSets/{id}/views",
        "retrieveDatasetView" GET "/dataSets/{id}/views/{view}",
        "listDatasetViewFiles" GET "/dataSets/{id}/views/{view}/files",
        "listDatasetFilesOfCatalog" GET "/dataSetFiles",
        "retrieveDatasetFileOfCatalog" GET "/dataSetFiles/{id}",
    }
    Import {
        "createBatch" POST "/batches",
        "completeBatch" POST "/batches/{id}" ["COMPLETE"],
        "abortBatch" POST "/batches/{id}" ["ABORT"],
        "failBatch" POST "/batches/{id}" ["FAIL"],
        "revertBatch" POST "/batches/{id}" ["REVERT"],
        "batchAction" POST "/batches/{id}",
        "uploadSmallFile" PUT "/batches/{id}/datasets/{dataset}/files/{*path}",
        "uploadLargeFilePart" PATCH "/batches/{id}/datasets/{dataset}/files/{*path}",
        "initializeLargeFile" POST "/batches/{id}/datasets/{dataset}/files/{*path}" ["INITIALIZE"],
        "completeLargeFileUpload" POST "/batches/{id}/datasets/{dataset}/files/{*path}",
        "getLargeFileStatus" HEAD "/batches/{id}/datasets/{dataset}/files/{*path}",
        "retrievePreview" GET "/batches/{id}/datasets/{dataset}/preview",
    }
    DataAccess {
        "listDatasetFiles" GET "/batches/{id}/files",
        "retrieveFailedBatch" GET "/batches/{id}/failed",
        "retrieveBatchMeta" GET "/batches/{id}/meta",
        "retrieveDatasetFile" GET "/files/{id}",
        "retrieveDatasetFileHeaders" HEAD "/files/{id}",
        "retrieveDatasetPreview" GET "/datasets/{id}/preview",
    }
    FlowService {
        "listConnections" GET "/connections",
        "createConnection" POST "/connections",
        "searchConnections" POST "/connections/search",
        "getConnection" GET "/connections/{id}",
        "updateConnection" PATCH "/connections/{id}",
        "deleteConnection" DELETE "/connections/{id}",
        "testConnection" GET "/connections/{id}/test",
        "exploreConnection" GET "/connections/{id}/explore",
        "listConnectionConfigs" GET "/connections/{id}/configs",
        "connectionAction" POST "/connections/{id}/action",
        "listConnectionSpecs" GET "/connectionSpecs",
        "createConnectionSpec" POST "/connectionSpecs",
        "getConnectionSpec" GET "/connectionSpecs/{id}",
        "replaceConnectionSpec" PUT "/connectionSpecs/{id}",
        "exploreConnectionSpec" GET "/connectionSpecs/{id}/explore",
        "listConnectionSpecConfigs" GET "/connectionSpecs/{id}/configs",
        "listSourceConnections" GET "/sourceConnections",
        "createSourceConnection" POST "/sourceConnections",
        "getSourceConnection" GET "/sourceConnections/{id}",
        "updateSourceConnection" PATCH "/sourceConnections/{id}",
        "deleteSourceConnection" DELETE "/sourceConnections/{id}",
        "sourceConnectionAction" POST "/sourceConnections/{id}/action",
        "listTargetConnections" GET "/targetConnections",
        "createTargetConnection" POST "/targetConnections",
        "getTargetConnection" GET "/targetConnections/{id}",
        "updateTargetConnection" PATCH "/targetConnections/{id}",
        "deleteTargetConnection" DELETE "/targetConnections/{id}",
        "targetConnectionAction" POST "/targetConnections/{id}/action",
        "listFlows" GET "/flows",
        "createFlow" POST "/flows",
        "searchFlows" POST "/flows/search",
        "getFlow" GET "/flows/{id}",
        "updateFlow" PATCH "/flows/{id}",
        "deleteFlow" DELETE "/flows/{id}",
        "flowAction" POST "/flows/{id}/action",
        "listFlowSpecs" GET "/flowSpecs",
        "createFlowSpec" POST "/flowSpecs",
        "searchFlowSpecs" POST "/flowSpecs/search",
        "getFlowSpec" GET "/flowSpecs/{id}",
        "replaceFlowSpec" PUT "/flowSpecs/{id}",
        "listRuns" GET "/runs",
        "createRun" POST "/runs",
        "getRun" GET "/runs/{id}",
        "replaceRun" PUT "/runs/{id}",
        "runAction" POST "/runs/{id}/action",
    }
    ZoneStorage {
        "listBuckets" GET "/",
        "createBucket" PUT "/{bucket}",
        "headBucket" HEAD "/{bucket}",
        "getBucketLocation" GET "/{bucket}",
        "getBucketVersioning" GET "/{bucket}",
        "listObjects" GET "/{bucket}",
        "putObject" PUT "/{bucket}/{*key}",
        "getObject" GET "/{bucket}/{*key}",
        "headObject" HEAD "/{bucket}/{*key}",
        "copyObject" PUT "/{bucket}/{*key}",
        "deleteObject" DELETE "/{bucket}/{*key}",
        "deleteObjects" POST "/{bucket}",
        "createMultipartUpload" POST "/{bucket}/{*key}",
        "uploadPart" PUT "/{bucket}/{*key}",
        "completeMultipartUpload" POST "/{bucket}/{*key}",
        "abortMultipartUpload" DELETE "/{bucket}/{*key}",
        "listParts" GET "/{bucket}/{*key}",
        "listMultipartUploads" GET "/{bucket}",
    }
    LandingZone {
        "getLandingZone" GET "/",
        "getLandingZoneCredentials" GET "/credentials",
        "refreshLandingZoneCredentials" POST "/credentials",
    }
    DataPrep {
        "listMappingSets" GET "/mappingSets",
        "createMappingSet" POST "/mappingSets",
        "validateMappingSet" POST "/mappingSets/validate",
        "previewMappingSet" POST "/mappingSets/preview",
        "retrieveMappingSet" GET "/mappingSets/{id}",
        "putMappingSet" PUT "/mappingSets/{id}",
        "listMappings" GET "/mappingSets/{id}/mappings",
        "retrieveMapping" GET "/mappingSets/{id}/mappings/{mapping}",
        "validateExpression" POST "/languages/el/validate",
        "listMappingSetFunctions" GET "/languages/el/functions",
        "listMappingSetOperators" GET "/languages/el/operators",
    }
    AdHoc {
        "runAdhocActivation" POST "/adhocrun",
    }
    Collection {
        "streamMessages" POST "/batch/{inlet}",
        "streamMessage" POST "/{inlet}",
    }
}

/// The operation of a request, if it is one.
pub(crate) fn find(method: &Method, path: &str, query: Option<&str>) -> Option<&'static Operation> {
    let service = Service::of_path(path)?;
    let rest = path.strip_prefix(service.base())?;
    OPERATIONS.iter().find(|operation| {
        operation.service == service
            && operation.method == method.as_str()
            && fits(operation.template, rest)
            && operation
                .action
                .is_none_or(|wanted| has_action(query, wanted))
    })
}

/// The operation of a request to the S3 face.
pub(crate) fn of_storage(
    method: &Method,
    uri: &http::Uri,
    headers: &http::HeaderMap,
) -> Option<&'static Operation> {
    let name = crate::zone::s3::name(method, uri, headers)?;
    OPERATIONS
        .iter()
        .find(|operation| operation.service == Service::ZoneStorage && operation.name == name)
}

/// Whether `name` (or `service.name`) names at least one operation.
pub(crate) fn is_known(name: &str) -> bool {
    OPERATIONS.iter().any(|operation| operation.is_called(name))
}

impl Operation {
    /// Whether `name` means this operation: `createBatch` means the import service's and Catalog's,
    /// `batch-ingestion.createBatch` only the first.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        match name.split_once('.') {
            Some((service, name)) => self.service.name() == service && self.name == name,
            None => self.name == name,
        }
    }
}

fn has_action(query: Option<&str>, wanted: &str) -> bool {
    url::form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .any(|(key, value)| key == "action" && value.eq_ignore_ascii_case(wanted))
}

fn fits(template: &str, path: &str) -> bool {
    let mut path = path.trim_start_matches('/').split('/');
    for part in template.trim_start_matches('/').split('/') {
        if part.starts_with("{*") {
            return path.next().is_some_and(|segment| !segment.is_empty());
        }
        match path.next() {
            Some(segment) if part.starts_with('{') && !segment.is_empty() => {}
            Some(segment) if segment == part => {}
            _ => return false,
        }
    }
    path.next().is_none()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn name(method: &str, path: &str) -> Option<&'static str> {
        let (path, query) = path
            .split_once('?')
            .map_or((path, None), |(path, query)| (path, Some(query)));
        find(&method.parse().unwrap(), path, query).map(|operation| operation.name)
    }

    #[test]
    fn requests_have_the_names_of_the_documents() {
        let import = "/data/foundation/import/batches";
        assert_eq!(name("POST", import), Some("createBatch"));
        assert_eq!(name("GET", import), None);
        assert_eq!(
            name("POST", &format!("{import}/B?action=complete")),
            Some("completeBatch")
        );
        assert_eq!(
            name("POST", &format!("{import}/B?action=REVERT")),
            Some("revertBatch")
        );
        assert_eq!(
            name("PUT", &format!("{import}/B/datasets/D/files/a=1/b.json")),
            Some("uploadSmallFile")
        );
        assert_eq!(name("PUT", &format!("{import}/B/datasets/D/files/")), None);
        assert_eq!(
            name(
                "POST",
                &format!("{import}/B/datasets/D/files/x?action=INITIALIZE")
            ),
            Some("initializeLargeFile")
        );
        assert_eq!(
            name(
                "POST",
                &format!("{import}/B/datasets/D/files/x?action=COMPLETE")
            ),
            Some("completeLargeFileUpload")
        );
        assert_eq!(
            name("GET", "/data/foundation/sandbox-management/"),
            Some("listAvailableSandboxes")
        );
        assert_eq!(
            name("GET", "/data/foundation/sandbox-management"),
            Some("listAvailableSandboxes")
        );
        assert_eq!(
            name("GET", "/data/foundation/schemaregistry/global/schemas"),
            Some("listSchemas")
        );
        assert_eq!(
            name("GET", "/data/foundation/catalog/batches/uniques/status"),
            Some("retrieveUniqueBatchValues")
        );
        assert_eq!(name("GET", "/data/foundation/catalogue/batches"), None);
    }

    #[test]
    fn a_bare_name_means_every_service_that_has_it() {
        let both = OPERATIONS
            .iter()
            .filter(|operation| operation.is_called("createBatch"))
            .count();
        let one = OPERATIONS
            .iter()
            .filter(|operation| operation.is_called("batch-ingestion.createBatch"))
            .count();
        assert_eq!((both, one), (2, 1));
        assert!(!is_known("createBach"));
    }

    #[test]
    fn the_readme_lists_every_operation() {
        let readme = include_str!("../README.md");
        for operation in OPERATIONS {
            let row = format!("| `{}` | ", operation.service.name());
            let listed = readme.lines().find(|line| line.starts_with(&row)).unwrap();
            assert!(
                listed.contains(&format!("`{}`", operation.name)),
                "{}",
                operation.name
            );
        }
    }
}
