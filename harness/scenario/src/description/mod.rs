//! Targets: where a server is, its credentials, what it claims, how long it is waited for.

mod file;
mod hosts;

pub use file::{Credentials, CredentialsFile, Planes, PlanesFile, Target, TargetFile};
use invite_trace::{Deadline, Deadlines, Feature};

/// The JSON Schema of a target description, for editors.
pub fn schema() -> serde_json::Value {
    let mut schema = crate::editor::schema::<TargetFile>("A target of the conformance harness");
    for deadline in Deadline::ALL {
        let setting = format!("/$defs/Deadlines/properties/{deadline}_ms");
        if let Some(setting) = schema.pointer_mut(&setting) {
            setting["minimum"] = 1.into();
            setting["maximum"] = deadline.largest_ms().into();
        }
    }
    schema
}

/// What each feature and each deadline is, by name, as the schema says it.
pub fn glossary() -> std::collections::BTreeMap<String, String> {
    let generator = || schemars::generate::SchemaSettings::draft2020_12().into_generator();
    let features = serde_json::Value::from(generator().into_root_schema_for::<Feature>());
    let deadlines = serde_json::Value::from(generator().into_root_schema_for::<Deadlines>());
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let named = features["oneOf"].as_array().into_iter().flatten();
    let named = named.map(|feature| (text(&feature["const"]), text(&feature["description"])));
    let fields = deadlines["properties"].as_object().into_iter().flatten();
    let fields = fields.map(|(name, field)| (name.clone(), text(&field["description"])));
    named.chain(fields).map(|(name, about)| (name, about.replace('\n', " "))).collect()
}
