//! Calls and connects as a file spells them, and why some contradict themselves.

use super::{
    Body, Call, CallKind, Connect, Expectation, Expected, Outcome, Pointers, Preflight, Refusal,
    Request, Requirements, TokenChoice, Upgrade,
};
use crate::Located;
use crate::faults::Fault;
use invite_spec::endpoint::Operation;
use invite_spec::requirement::RequirementId;
use invite_text::Position;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// One call of the endpoint table.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    /// The step's id.
    #[serde(default)]
    id: Option<Located>,
    /// The operation, such as `sdk.invite`.
    operation: Located<Operation>,
    /// Who calls: a person with a session, or `application` (the default on the REST plane) or
    /// `second_application`.
    #[serde(default, rename = "as")]
    caller: Option<Located>,
    /// The conference, by id.
    #[serde(default, rename = "in")]
    conference: Option<String>,
    /// Further parameters of the path.
    #[serde(default)]
    path: BTreeMap<String, String>,
    /// The body, to which is added what a real client sends besides; `text` is sent as it is.
    #[serde(default)]
    body: Option<Located<Value>>,
    /// The body as text, which need not be JSON. Excludes `body`.
    #[serde(default)]
    text: Option<Located>,
    /// The body as text that is encoded as ISO 8859-1, and so not as UTF-8 if it has letters beyond
    /// ASCII. Excludes `body` and `text`.
    #[serde(default)]
    latin1: Option<Located>,
    /// A body of this many bytes, larger than what fits a file. Excludes `body` and `text`.
    #[serde(default)]
    filler: Option<Located<usize>>,
    /// The conference access token that is sent; by default as the real client does.
    #[serde(default)]
    token: Option<Located<TokenChoice>>,
    /// What replaces the right credentials in `Authorization`, after `Bearer`; `none` for no
    /// header.
    #[serde(default)]
    bearer: Option<Located<TokenChoice>>,
    /// What replaces the session's token in `X-Token`; `none` for no header.
    #[serde(default)]
    session_token: Option<Located<TokenChoice>>,
    /// The key and secret that are sent: `none`, or another pair as `key:secret`, of which either
    /// part may be `usual`, `usual-longer`, `usual-shorter`, `usual-in-other-case`, `others` (of the
    /// other application), or itself. Excludes `bearer`.
    #[serde(default)]
    basic: Option<Located<TokenChoice>>,
    /// Further headers.
    #[serde(default)]
    headers: Option<Located<BTreeMap<String, String>>>,
    /// Whether it is the CORS preflight of the call, as a browser sends it: `OPTIONS`, without body
    /// and credentials.
    #[serde(default)]
    preflight: bool,
    /// Values of the response to keep, by name: JSON Pointers.
    #[serde(default)]
    save: Option<Located<Pointers>>,
    /// What must come of it; `accepted` by default.
    #[serde(default)]
    outcome: Option<Located<Outcome>>,
    /// The requirements that the outcome shows; by default the endpoint's own. With `outcome: any`,
    /// the requirements that a missing value of `save` breaks.
    #[serde(default)]
    requires: Requirements,
    /// For a refusal: the step that shows that the same call is accepted when it is right.
    #[serde(default)]
    twin: Option<Located>,
    /// For a refusal that takes its time: repeats the call until it is refused, as long as clocks may
    /// differ.
    #[serde(default)]
    until_refused: Option<Located<bool>>,
    /// What else is expected.
    #[serde(default)]
    expect: Vec<Expectation>,
}

/// Opens a WebSocket with a token of the scenario's choice, and closes it again at once.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenConnect {
    /// The step's id.
    #[serde(default)]
    id: Option<Located>,
    /// Whose client it is.
    who: Located,
    /// The token of the address.
    user_token: String,
    /// What must come of it: `accepted` or `refused`.
    outcome: Located<Outcome>,
    /// The requirement that says so.
    requires: Located<RequirementId>,
    /// For a refusal: the step that shows that the same is accepted when it is right.
    #[serde(default)]
    twin: Option<Located>,
}

impl Written {
    /// The call that it is, and what contradicts itself in it. With faults, the call is only a
    /// placeholder.
    pub(super) fn call(mut self) -> (Call, Vec<Fault>) {
        let mut faults = Vec::new();
        self.find_orphans(&mut faults);
        let kind = if self.preflight {
            self.find_contradictions_of_preflight(&mut faults);
            CallKind::Preflight(Preflight { requires: std::mem::take(&mut self.requires) })
        } else {
            CallKind::Request(Box::new(self.request(&mut faults)))
        };
        let call = Call {
            id: self.id,
            operation: self.operation,
            caller: self.caller,
            conference: self.conference,
            path: self.path,
            kind,
            expect: self.expect,
        };
        (call, faults)
    }

    fn outcome(&self) -> Outcome {
        self.outcome.as_ref().map_or(Outcome::Accepted, |outcome| outcome.value)
    }

    fn is_until_refused(&self) -> bool {
        self.until_refused.as_ref().is_some_and(|until| until.value)
    }

    /// What only a refusal has.
    fn find_orphans(&self, faults: &mut Vec<Fault>) {
        if self.outcome() == Outcome::Refused {
            return;
        }
        if let Some(twin) = &self.twin {
            faults.push(
                Fault::new(twin.position, "`twin` without `outcome: refused`")
                    .help("only a refusal has a twin".to_owned()),
            );
        }
        if let Some(until) = self.until_refused.as_ref().filter(|until| until.value) {
            faults.push(
                Fault::new(until.position, "`until_refused` without `outcome: refused`")
                    .help("it waits for a refusal".to_owned()),
            );
        }
    }

    fn find_contradictions_of_preflight(&self, faults: &mut Vec<Fault>) {
        let given = [
            ("body", place(self.body.as_ref())),
            ("text", place(self.text.as_ref())),
            ("latin1", place(self.latin1.as_ref())),
            ("filler", place(self.filler.as_ref())),
            ("token", place(self.token.as_ref())),
            ("bearer", place(self.bearer.as_ref())),
            ("session_token", place(self.session_token.as_ref())),
            ("basic", place(self.basic.as_ref())),
            ("headers", place(self.headers.as_ref())),
            ("save", place(self.save.as_ref())),
        ];
        for (name, position) in given {
            if let Some(position) = position {
                let help = "a preflight has a fixed form, and a response without a body";
                faults.push(contradiction(position, "preflight", name).help(help.to_owned()));
            }
        }
        let outcome = self.outcome.as_ref().filter(|outcome| outcome.value != Outcome::Accepted);
        if let Some(outcome) = outcome {
            let said =
                if outcome.value == Outcome::Any { "outcome: any" } else { "outcome: refused" };
            let help = "say what its response must be by `expect`";
            faults.push(contradiction(outcome.position, "preflight", said).help(help.to_owned()));
        }
    }

    fn request(&mut self, faults: &mut Vec<Fault>) -> Request {
        let body = self.body(faults);
        if let (Some(_), Some(basic)) = (&self.bearer, &self.basic) {
            let help = "both replace the header `Authorization`".to_owned();
            faults.push(contradiction(basic.position, "bearer", "basic").help(help));
        }
        let expected = self.expected(faults);
        let choice = |choice: &mut Option<Located<TokenChoice>>| {
            choice.take().map_or(TokenChoice::Usual, |choice| choice.value)
        };
        Request {
            body,
            token: choice(&mut self.token),
            bearer: choice(&mut self.bearer),
            session_token: choice(&mut self.session_token),
            basic: choice(&mut self.basic),
            headers: self.headers.take().map(|headers| headers.value).unwrap_or_default(),
            save: self.save.take().map(|save| save.value).unwrap_or_default(),
            expected,
        }
    }

    fn body(&mut self, faults: &mut Vec<Fault>) -> Body {
        let given = [
            ("body", place(self.body.as_ref())),
            ("text", place(self.text.as_ref())),
            ("latin1", place(self.latin1.as_ref())),
            ("filler", place(self.filler.as_ref())),
        ];
        let mut given = given.into_iter().filter_map(|(name, at)| at.map(|at| (name, at)));
        if let Some((first, _)) = given.next() {
            for (name, position) in given {
                let help = "a call has one body".to_owned();
                faults.push(contradiction(position, first, name).help(help));
            }
        }
        if let Some(text) = self.latin1.take() {
            return Body::Latin1(text.value);
        }
        match (self.body.take(), self.text.take(), self.filler.take()) {
            (Some(body), _, _) => Body::Json(body.value),
            (None, Some(text), _) => Body::Text(text.value),
            (None, None, Some(bytes)) => Body::Filler(bytes.value),
            (None, None, None) => Body::Default,
        }
    }

    fn expected(&mut self, faults: &mut Vec<Fault>) -> Expected {
        let requires = std::mem::take(&mut self.requires);
        match self.outcome() {
            Outcome::Accepted => Expected::Accepted { requires },
            Outcome::Any => {
                if let (Some(id), None) = (requires.0.first(), &self.save) {
                    let help = "either outcome satisfies it; say what must hold by `expect`";
                    let fault = contradiction(id.position, "outcome: any", "requires");
                    faults.push(fault.help(help.to_owned()));
                }
                Expected::Any { requires }
            }
            Outcome::Refused => {
                if requires.is_empty() {
                    let message = "a refusal must name the requirement that demands it";
                    faults.push(
                        Fault::new(self.operation.position, message)
                            .help("name it by `requires`".to_owned()),
                    );
                }
                let until_refused = self.is_until_refused();
                match twin(self.twin.take(), self.operation.position, faults) {
                    Some(twin) => Expected::Refused(Refusal { requires, twin, until_refused }),
                    None => Expected::Accepted { requires },
                }
            }
        }
    }
}

impl WrittenConnect {
    /// The connect that it is, and what contradicts itself in it. With faults, the connect is only a
    /// placeholder.
    pub(super) fn connect(self) -> (Connect, Vec<Fault>) {
        let mut faults = Vec::new();
        let expected = match (self.outcome.value, self.twin) {
            (Outcome::Refused, twin_of) => twin(twin_of, self.who.position, &mut faults)
                .map_or(Upgrade::Opened, |twin| Upgrade::Refused { twin }),
            (Outcome::Any, _) => {
                let help = "either outcome satisfies it".to_owned();
                let position = self.outcome.position;
                faults.push(contradiction(position, "outcome: any", "requires").help(help));
                Upgrade::Opened
            }
            (Outcome::Accepted, Some(twin)) => {
                let fault = Fault::new(twin.position, "`twin` without `outcome: refused`");
                faults.push(fault.help("only a refusal has a twin".to_owned()));
                Upgrade::Opened
            }
            (Outcome::Accepted, None) => Upgrade::Opened,
        };
        let connect = Connect {
            id: self.id,
            who: self.who,
            user_token: self.user_token,
            expected,
            requires: self.requires,
        };
        (connect, faults)
    }
}

/// The twin of a refusal, which proves something only if a similar call is accepted.
fn twin(
    twin: Option<Located>,
    position: Option<Position>,
    faults: &mut Vec<Fault>,
) -> Option<Located> {
    if twin.is_none() {
        let help = "name the step that makes the same call correctly".to_owned();
        faults.push(Fault::new(position, "a refusal counts only with a `twin`").help(help));
    }
    twin
}

/// Where a field is, if it is given.
fn place<T>(field: Option<&Located<T>>) -> Option<Option<Position>> {
    field.map(|field| field.position)
}

fn contradiction(position: Option<Position>, one: &str, other: &str) -> Fault {
    Fault::new(position, format!("`{one}` and `{other}` contradict each other"))
}
