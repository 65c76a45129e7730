//! WebSockets that are opened with a token of the scenario's choice.

use super::written::WrittenConnect;
use crate::{Located, faults};
use invite_spec::requirement::RequirementId;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;

/// Opens a WebSocket with a token of the scenario's choice, and closes it again at once.
#[derive(Debug, Clone)]
pub struct Connect {
    /// The step's id.
    pub id: Option<Located>,
    /// Whose client it is.
    pub who: Located,
    /// The token of the address.
    pub user_token: String,
    /// What must come of it.
    pub expected: Upgrade,
    /// The requirement that says so.
    pub requires: Located<RequirementId>,
}

/// What must come of opening a WebSocket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Upgrade {
    /// It opens.
    Opened,
    /// It is refused.
    Refused {
        /// The step that shows that a WebSocket opens when the token is right.
        twin: Located,
    },
}

impl Upgrade {
    /// The twin of a refusal.
    pub fn twin(&self) -> Option<&Located> {
        match self {
            Upgrade::Opened => None,
            Upgrade::Refused { twin } => Some(twin),
        }
    }
}

impl<'de> Deserialize<'de> for Connect {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let (connect, found) = WrittenConnect::deserialize(from)?.connect();
        found.into_iter().try_for_each(faults::report)?;
        Ok(connect)
    }
}

impl JsonSchema for Connect {
    fn schema_name() -> Cow<'static, str> {
        "Connect".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        WrittenConnect::json_schema(generator)
    }
}
