//! The process of an adapter with everything that it started, ended together.

use tokio::process::{Child, Command};

/// A process group of its own, which is killed when this goes.
#[derive(Debug)]
pub(crate) struct Group {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
}

impl Group {
    /// Makes a command lead a group.
    pub(crate) fn lead(command: &mut Command) {
        #[cfg(unix)]
        command.process_group(0);
        command.kill_on_drop(true);
    }

    /// The group that a child leads.
    pub(crate) fn of(child: &Child) -> Group {
        #[cfg(unix)]
        let leader = child.id().and_then(|id| i32::try_from(id).ok());
        #[cfg(unix)]
        return Group { leader: leader.and_then(rustix::process::Pid::from_raw) };
        #[cfg(not(unix))]
        Group {}
    }

    /// Kills what is left of the group. A number of a group is not given to another one while anybody
    /// is in it.
    pub(crate) fn kill(&mut self) {
        #[cfg(unix)]
        if let Some(leader) = self.leader.take() {
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}
