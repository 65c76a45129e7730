//! Each kind of step.

use super::Checker;
use super::names::person_of;
use crate::{Await, Expect, Never, Open, Step, Wait};
use invite_spec::endpoint::{Operation, Plane};
use invite_spec::requirement::Profile;

impl Checker<'_> {
    pub(super) fn step(&mut self, step: &Step) {
        if let Some(id) = step.id() {
            self.position = id.position;
        }
        self.contents(step);
        if self.scenario.profile == Profile::Rest && needs_session(step) {
            self.fault_here("this step needs a session: the profile `rest` has none");
        }
    }

    fn contents(&mut self, step: &Step) {
        match step {
            Step::Open(open) => self.open(open),
            Step::Close(step) | Step::Drop(step) | Step::Reconnect(step) => {
                self.people(&step.who);
                step.requires.iter().for_each(|id| self.requirement(id));
            }
            Step::Connect(connect) => {
                self.person(&connect.who);
                self.text(&connect.user_token);
                self.requirement(&connect.requires);
                connect.expected.twin().into_iter().for_each(|id| self.earlier(id));
            }
            Step::Call(call) => self.call(call),
            Step::Wire(wire) => self.text(&wire.request),
            Step::Await(wait) => self.wait(wait),
            Step::Never(never) => self.never(never),
            Step::Forge(forge) => {
                self.text(&forge.from);
                forge.requires.iter().for_each(|id| self.requirement(id));
                self.position = forge.name.position;
                self.bind(&forge.name);
            }
            Step::Together(steps) => {
                if steps.iter().any(|step| !matches!(step, Step::Call(_))) {
                    self.fault_here("only calls can happen together");
                }
            }
            Step::UntilExpired(until) => {
                self.text(&until.token);
                until.requires.iter().for_each(|id| self.requirement(id));
                if let (Some(looks_at), None) = (&until.looks_at, until.seconds) {
                    self.fault(looks_at, "`looks_at` needs `seconds`: how far it looks");
                }
            }
            Step::Wait(wait) => self.pass(wait),
            Step::Say(say) => {
                self.people(&say.who);
                say.frames.iter().for_each(|frame| self.value(frame));
            }
            Step::Expect(Expect { fence, expect, .. }) => {
                fence.iter().for_each(|people| self.people(people));
                expect.iter().for_each(|expected| self.expectation(expected));
            }
        }
    }

    fn open(&mut self, open: &Open) {
        self.position = open.who.0.first().map_or(self.position, |who| who.position);
        self.people(&open.who);
        for who in &open.who.0 {
            let name = person_of(who);
            for end in ["user", "client_token", "session_token"] {
                self.known.insert(format!("{name}.{end}"));
            }
        }
    }

    fn wait(&mut self, wait: &Await) {
        self.position = wait.frame.position;
        self.people(&wait.by);
        wait.about.iter().for_each(|who| self.person(who));
        wait.after.iter().for_each(|id| self.earlier(id));
        self.matchers(&wait.fits);
        self.requirements(&wait.requires);
        if !wait.save.is_empty() && wait.by.0.len() != 1 {
            self.fault_here("`save` needs a frame that exactly one person awaits");
        }
        self.save(&wait.save);
        wait.expect.iter().for_each(|expected| self.expectation(expected));
    }

    fn pass(&mut self, wait: &Wait) {
        self.position = wait.seconds.position;
        wait.since.iter().for_each(|id| self.earlier(id));
        if wait.seconds.value == 0 {
            self.fault(&wait.seconds, "`seconds` must be at least 1");
        }
        if wait.at_most.is_some_and(|at_most| at_most < wait.seconds.value) {
            self.fault(&wait.seconds, "`at_most` must not be less than `seconds`");
        }
    }

    fn never(&mut self, never: &Never) {
        self.position = never.by.0.first().map_or(self.position, |who| who.position);
        self.people(&never.by);
        never.about.iter().for_each(|who| self.person(who));
        never.after.iter().for_each(|id| self.earlier(id));
        never.twin.iter().for_each(|id| self.earlier(id));
        self.matchers(&never.fits);
        self.requirements(&never.requires);
        if never.requires.is_empty() {
            self.fault_here("a `never` must name the requirement that forbids the frame");
        }
    }
}

/// Whether a step needs the plane of clients, or a WebSocket.
fn needs_session(step: &Step) -> bool {
    let is_of_clients = |operation: Operation| operation.endpoint().plane == Plane::Session;
    match step {
        Step::Open(_) | Step::Close(_) | Step::Drop(_) | Step::Reconnect(_) => true,
        Step::Connect(_) | Step::Await(_) | Step::Never(_) | Step::Say(_) => true,
        Step::Call(call) => is_of_clients(call.operation.value),
        Step::Wire(wire) => is_of_clients(wire.operation.value),
        Step::Expect(expect) => expect.fence.is_some(),
        // Its steps are checked one by one.
        Step::Together(_) | Step::Forge(_) | Step::UntilExpired(_) | Step::Wait(_) => false,
    }
}
