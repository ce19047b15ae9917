//! What a flow needs to know of the lake: datasets (Catalog) and schemas (Schema Registry).

mod dataset;
mod schema;

pub use self::dataset::DatasetInfo;
pub use self::schema::SchemaInfo;

pub(crate) use self::dataset::{
    create as create_dataset, delete as delete_dataset, find as find_dataset,
    ids_named as dataset_ids_named, look as look_dataset, named as datasets_named,
};
pub(crate) use self::schema::{
    create as create_schema, delete as delete_schema, find as find_schema, look as look_schema,
};
