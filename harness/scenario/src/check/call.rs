//! Calls.

use super::Checker;
use crate::{Body, Call, CallKind, Expected, Request, TokenChoice};
use invite_spec::endpoint::Plane;

/// The most bytes of filler: enough for any limit of a body.
const MOST_FILLER: usize = 16 * 1024 * 1024;

impl Checker<'_> {
    pub(super) fn call(&mut self, call: &Call) {
        self.position = call.operation.position;
        self.caller(call);
        self.parameters(call);
        call.conference.iter().for_each(|text| self.text(text));
        call.path.values().for_each(|text| self.text(text));
        self.requirements(call.requires());
        if let CallKind::Request(request) = &call.kind {
            self.request(request);
        }
        call.expect.iter().for_each(|expected| self.expectation(expected));
    }

    fn caller(&mut self, call: &Call) {
        let operation = call.operation.value;
        match (&call.caller, operation.endpoint().plane) {
            (Some(caller), Plane::Session) => self.person(caller),
            (Some(caller), _) => {
                if !["application", "second_application"].contains(&caller.as_str()) {
                    self.fault(
                        caller,
                        format!("{operation} is called by `application` or `second_application`"),
                    );
                }
            }
            (None, Plane::Session) => {
                self.fault_here(format!("{operation} is called by a person: name one by `as`"));
            }
            (None, _) => {}
        }
    }

    fn parameters(&mut self, call: &Call) {
        let operation = call.operation.value;
        for parameter in operation.endpoint().parameters() {
            let (is_given, field) = match parameter {
                "conferenceId" => (call.conference.is_some(), "in"),
                other => (call.path.contains_key(other), "path"),
            };
            if !is_given {
                self.fault_here(format!("{operation} needs `{parameter}`: give it by `{field}`"));
            }
        }
    }

    fn request(&mut self, request: &Request) {
        let choices = [&request.token, &request.bearer, &request.session_token, &request.basic];
        for choice in choices {
            if let TokenChoice::Given(text) = choice {
                self.text(text);
            }
        }
        request.headers.values().for_each(|text| self.text(text));
        match &request.body {
            Body::Default => {}
            Body::Json(body) => self.value(body),
            Body::Text(text) | Body::Latin1(text) => self.text(text),
            Body::Filler(bytes) => self.filler(*bytes),
        }
        if let Expected::Refused(refusal) = &request.expected {
            self.earlier(&refusal.twin);
        }
        self.save(&request.save);
    }

    pub(super) fn filler(&mut self, bytes: usize) {
        if bytes > MOST_FILLER {
            self.fault_here(format!("too many bytes of filler: {bytes}, at most {MOST_FILLER}"));
        }
    }
}
