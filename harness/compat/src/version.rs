//! One version of the generated artefacts.

use super::schema::Schema;
use super::surface::Surface;
use std::collections::BTreeMap;

/// The schemas of one version, by the name of their payload.
pub type Schemas = BTreeMap<String, Schema>;

/// One version of the generated artefacts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Version {
    /// The schemas of the payloads.
    pub schemas: Schemas,
    /// Endpoints and frame types; `None` if the version has no documents about them.
    pub surface: Option<Surface>,
}
