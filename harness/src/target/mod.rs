//! Targets: where a server is, its credentials, what it claims, how long it is waited for.

mod deadlines;
mod description;
mod feature;

pub use deadlines::{Deadline, Deadlines};
pub use description::{
    Credentials, CredentialsFile, Planes, PlanesFile, Target, TargetError, TargetFile,
};
pub use feature::Feature;

/// The JSON Schema of a target description, for editors.
pub fn schema() -> serde_json::Value {
    let generator = schemars::generate::SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<TargetFile>();
    schema.insert("title".into(), "A target of the conformance harness".into());
    schema.into()
}
