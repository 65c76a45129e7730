//! How the proxy changes a field.

use super::mutation::{self, FieldMutation, Replacement};
use crate::proxy::{Change, Delivery, Frame, Request, Response};
use crate::specimens::proxy::site::{PayloadSite, Responses};
use invite_spec::push::FrameType;
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};

/// The change that mutates a field wherever it occurs.
pub(super) fn make(
    site: PayloadSite,
    path: String,
    mutation: FieldMutation,
    replacement: Replacement,
) -> Arc<dyn Change> {
    Arc::new(FieldChange { site, path, mutation, replacement, earlier: Mutex::default() })
}

struct FieldChange {
    site: PayloadSite,
    path: String,
    mutation: FieldMutation,
    replacement: Replacement,
    /// The last value of the field, for [`Replacement::Earlier`].
    earlier: Mutex<Option<Value>>,
}

impl FieldChange {
    fn mutated(&self, value: &Value) -> Option<Value> {
        let mut changed = value.clone();
        mutation::each(&mut changed, &self.path, &mut |parent, name| {
            mutation::apply(parent, name, self.mutation, |held| self.replaced(held));
        });
        (changed != *value).then_some(changed)
    }

    fn replaced(&self, held: &Value) -> Value {
        if self.replacement != Replacement::Earlier || held.is_null() {
            return mutation::replaced(held, self.replacement);
        }
        let mut earlier = self.earlier.lock().unwrap_or_else(PoisonError::into_inner);
        earlier.replace(held.clone()).unwrap_or_else(|| held.clone())
    }
}

impl Change for FieldChange {
    fn response(&self, request: &Request<'_>, mut response: Response) -> Response {
        let responses = match self.site {
            PayloadSite::Response(operation) => Responses::Accepted(operation),
            PayloadSite::Refusal(profile) => Responses::AllRefusals(profile),
            PayloadSite::Frame(_) => return response,
        };
        if responses.include(request, &response)
            && let Some(changed) = response.json().and_then(|body| self.mutated(&body))
        {
            response.set_json(&changed);
        }
        response
    }

    fn frame(&self, frame: Frame) -> Vec<Delivery> {
        let changed = match self.site {
            PayloadSite::Frame(meant) if FrameType::of(&frame.body) == Some(meant) => {
                self.mutated(&frame.body)
            }
            _ => None,
        };
        vec![changed.map_or_else(|| Delivery::of(frame), |body| Delivery::json(&body))]
    }
}
