//! Hooks around the core.

use crate::core::call::{Call, Delivery, Refusal};
use crate::core::state::Tenant;
use invite_spec::endpoint::Endpoint;
use serde_json::Value;
use std::sync::Arc;

/// What to do with a text frame that a client sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientFrame {
    /// Process it.
    Process,
    /// Discard it.
    Ignore,
    /// Process it, then close the socket.
    ProcessAndClose,
}

/// Hooks around the core, in the order in which they run. By default each passes on what it is
/// given.
///
/// They decide nothing that the protocol leaves to a rule. They exist for wrong servers whose fault
/// is not a decision of the core: one that misreads a request, loses a frame or forgets a field.
pub trait Hooks {
    /// Other bytes for a request's body, before they are parsed; `None` leaves them as they are. For
    /// a server whose parser takes for JSON what is none (ERR-008, ERR-009).
    fn rewrite_body(&self, _endpoint: &Endpoint, _bytes: &[u8]) -> Option<Vec<u8>> {
        None
    }

    /// Changes a new id. It must stay unique, and fit into a path.
    fn rewrite_id(&self, id: Arc<str>) -> Arc<str> {
        id
    }

    /// Changes a call before anything is done with it.
    fn rewrite_call(&self, _call: &mut Call) {}

    /// The index of the tenant in which a call of an authenticated caller runs, given the index of
    /// the caller's own. In the core a tenant cannot reach another one at all, so that only this
    /// hook can break the isolation of applications (APP-001 to APP-004).
    fn tenant_of_call(&self, _tenants: &[Tenant], own: usize, _call: &Call) -> usize {
        own
    }

    /// Refuses a call of an authenticated caller that the core would serve.
    ///
    /// # Errors
    ///
    /// The refusal that the caller receives; the call has no effect.
    fn check_call(&self, _tenant: &Tenant, _call: &Call) -> Result<(), Refusal> {
        Ok(())
    }

    /// Changes what a command delivers.
    fn rewrite_deliveries(&self, _tenant: &Tenant, deliveries: Vec<Delivery>) -> Vec<Delivery> {
        deliveries
    }

    /// Changes the result of a call. The effects of the call remain.
    fn rewrite_result(
        &self,
        _call: &Call,
        result: Result<Value, Refusal>,
    ) -> Result<Value, Refusal> {
        result
    }

    /// Changes the body of a successful response.
    fn rewrite_response(&self, _endpoint: &Endpoint, body: Value) -> Value {
        body
    }

    /// What to do with a text frame of a client. Clients send only acknowledgements and
    /// keep-alives; the server has no other place where it could mishandle them (SES-010, PRM-027).
    fn inspect_client_frame(&self, _text: &str) -> ClientFrame {
        ClientFrame::Process
    }
}
