//! The calls that passed between the adapter and the server: whoever says that it did something made one.

use invite_adapter::Operation;
use invite_relay::Passed;
use invite_spec::endpoint::Operation as Call;
use invite_spec::status::StatusClass;
use std::sync::{Mutex, PoisonError};

/// The calls that passed, with their statuses.
#[derive(Debug, Default)]
pub(crate) struct Calls(Mutex<Vec<(Call, u16)>>);

impl Calls {
    /// Notes what passed, if it is a call of the protocol that was answered.
    pub(crate) fn note(&self, passed: &Passed) {
        if let Passed::Call { operation: Some(call), status: Some(status), .. } = passed {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push((*call, *status));
        }
    }

    pub(super) fn count(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether one of these was made since then, with such an answer.
    pub(super) fn made(&self, from: usize, calls: &[Call], refused: bool) -> bool {
        let made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut since = made.iter().skip(from);
        since.any(|(call, status)| {
            let class = StatusClass::of(*status);
            let is_right = if refused { class.is_refused() } else { class.is_accepted() };
            is_right && calls.contains(call)
        })
    }
}

/// The calls that do this, one of which must be made. An application server opens and closes nothing.
pub(super) fn calls(operation: Operation, is_application: bool) -> &'static [Call] {
    match operation {
        Operation::Open | Operation::Close if is_application => &[],
        Operation::Open => &[Call::Identify],
        Operation::Create => &[Call::SdkCreate, Call::RestCreate],
        Operation::Join | Operation::Listen => &[Call::SdkJoin],
        Operation::Invite => &[Call::SdkInvite, Call::RestInvite],
        Operation::UpdatePermissions => &[Call::SdkPermissions, Call::RestPermissions],
        Operation::Kick => &[Call::SdkKick, Call::RestKick],
        Operation::Leave => &[Call::SdkLeave],
        Operation::Send => &[Call::SdkSend, Call::RestMessage],
        Operation::Subscribe => &[Call::Subscribe],
        Operation::Close => &[Call::Logout],
    }
}
