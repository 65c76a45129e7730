//! The text of a target description: complete, and everything in it explained.

use super::Learnt;
use invite_scenario::description::glossary;
use invite_text::{WIDTH, wrapped};
use invite_trace::{Deadline, Deadlines, Feature};
use std::fmt::Write as _;
use std::path::PathBuf;

/// What is known of a target before anybody describes it.
#[derive(Debug, Clone, Default)]
pub struct Described {
    /// What it is called.
    pub name: String,
    /// The one address of all planes, if it is known.
    pub url: Option<String>,
    /// Whether there is a second application.
    pub has_second: bool,
    /// The names of headers that every request needs; the values may be secrets.
    pub headers: Vec<String>,
    /// A file of certificates that are trusted besides the system's.
    pub ca_cert: Option<PathBuf>,
    /// Whether certificates are not checked.
    pub insecure: bool,
    /// What its preflight told, if it was asked.
    pub learnt: Option<Learnt>,
}

/// The address that stands for one that is not known.
pub const EXAMPLE: &str = "http://127.0.0.1:8090";

/// The description of a target. It holds no secret: credentials are taken from the environment.
pub fn description(known: &Described) -> String {
    let mut text = format!("#:schema ./{}\n", super::TARGET_SCHEMA);
    comment(
        "A target of invite-conformance: where the server is, what it claims, how long it is \
         waited for. Whatever is not needed can be taken out.",
        &mut text,
    );
    let _ = writeln!(text, "name = {}", quoted(&known.name));
    if known.url.is_none() {
        comment("Where it is. This is an example: write its address.", &mut text);
    }
    let _ = writeln!(text, "url = {}", quoted(known.url.as_deref().unwrap_or(EXAMPLE)));
    if let Some(path) = &known.ca_cert {
        comment("Trusted besides the system's certificates.", &mut text);
        let _ = writeln!(text, "ca_cert = {}", quoted(&path.display().to_string()));
    }
    if known.insecure {
        comment("Certificates are not checked.", &mut text);
        text.push_str("insecure = true\n");
    }
    claims(known, &mut text);
    text.push_str(PLANES);
    applications(known, &mut text);
    headers(&known.headers, &mut text);
    deadlines(&mut text);
    text
}

const PLANES: &str = "
# Where the planes stand at several addresses; each takes the place of `url`.
# [planes]
# auth = \"https://auth.example.com\"        # API tokens: /v1/auth/token
# rest = \"https://api.example.com\"         # application servers: /v2/...
# session = \"https://session.example.com\"  # clients: /v1/..., /v2/users/identify
# socket = \"wss://session.example.com\"     # the WebSocket, whatever identify answers
";

/// Words as lines of comment.
pub(super) fn comment(words: &str, text: &mut String) {
    for line in wrapped(words, WIDTH - 2) {
        let _ = writeln!(text, "# {line}");
    }
}

/// What it claims: everything, but for what was seen not to be there.
fn claims(known: &Described, text: &mut String) {
    let about = glossary();
    text.push('\n');
    comment(
        "What it claims to do. What it claims is judged; what it does not claim is skipped.",
        text,
    );
    let serves_clients = known.learnt.as_ref().is_none_or(|learnt| learnt.serves_clients);
    let is_left_out = |feature| !serves_clients && feature != Feature::Rest;
    match &known.learnt {
        None => {}
        Some(_) if !serves_clients => comment(
            "The calls of a client were not found when this was written, so what needs them is \
             left out: put it back when they are there.",
            text,
        ),
        Some(Learnt { stop: Some(stop), .. }) => {
            comment("When this was written, a client got no further than this:", text);
            let (expected, seen) = (stop.reason.expected(), stop.reason.seen());
            for (word, said) in [("expected", expected.to_string()), ("seen", seen.to_string())] {
                let said: String =
                    said.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
                comment(&format!("{word}: {said}"), text);
            }
        }
        Some(_) => comment(
            "When this was written, a client could sign in, open its WebSocket and create a \
             conference.",
            text,
        ),
    }
    text.push_str("claims = [\n");
    for feature in Feature::ALL {
        let sign = if is_left_out(feature) { "# " } else { "" };
        let about = about.get(feature.as_str()).map_or("", String::as_str);
        for line in wrapped(about, WIDTH - 6) {
            let _ = writeln!(text, "    # {line}");
        }
        let _ = writeln!(text, "    {sign}{},", quoted(feature.as_str()));
    }
    text.push_str("]\n");
}

fn applications(known: &Described, text: &mut String) {
    let kinds = known.learnt.as_ref().map(|learnt| learnt.kinds).unwrap_or_default();
    let kind = |protected: Option<bool>| match protected {
        Some(true) => "Conferences that clients create in it were protected when this was written.",
        Some(false) => {
            "Conferences that clients create in it were not protected when this was written."
        }
        None => "",
    };
    let own = "The application that the scenarios use; `env:NAME` is taken from the environment.";
    text.push('\n');
    comment(&format!("{own} {}", kind(kinds.first)), text);
    credentials("", "application", "INVITE_APP", text);
    let best = match kinds.first {
        Some(true) => "Best is one in which clients create conferences that are not protected.",
        Some(false) => "Best is one in which clients create protected conferences.",
        None => "",
    };
    let (sign, more) = if known.has_second { ("", kind(kinds.second)) } else { ("# ", best) };
    text.push('\n');
    comment(&format!("A second one, for the scenarios about isolation. {more}"), text);
    credentials(sign, "second_application", "INVITE_SECOND_APP", text);
}

fn credentials(sign: &str, table: &str, variable: &str, text: &mut String) {
    let _ = writeln!(text, "{sign}[{table}]");
    for name in ["key", "secret"] {
        let variable = format!("env:{variable}_{}", name.to_uppercase());
        let _ = writeln!(text, "{sign}{name} = {}", quoted(&variable));
    }
}

fn headers(names: &[String], text: &mut String) {
    if names.is_empty() {
        return;
    }
    text.push('\n');
    comment(
        "Headers that every request carries. Their values may be secrets and are not written \
         here: give them by `--header NAME:VALUE`.",
        text,
    );
    text.push_str("# [headers]\n");
    for name in names {
        let _ = writeln!(text, "# {} = \"...\"", quoted(name));
    }
}

fn deadlines(text: &mut String) {
    let about = glossary();
    let defaults = Deadlines::default();
    text.push_str("\n# How long it is waited for, in milliseconds: the defaults.\n# [deadlines]\n");
    for deadline in Deadline::ALL {
        let name = format!("{deadline}_ms");
        let about = about.get(&name).map_or("", String::as_str);
        let setting = format!("{name} = {}", defaults.ms(deadline));
        let _ = writeln!(text, "# {setting:<18} # {about}");
    }
}

/// A text as TOML writes it. The escapes of JSON are escapes of TOML as well.
fn quoted(text: &str) -> String {
    let text: String = text.chars().filter(|c| *c != '\u{7f}').collect();
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use invite_scenario::Kinds;
    use invite_scenario::description::TargetFile;
    use invite_spec::endpoint::Operation;
    use invite_spec::requirement::id;
    use invite_trace::Seen;
    use invite_trace::{Stop, StopReason};
    use proptest::prelude::*;

    fn learnt(serves_clients: bool, stop: Option<Stop>) -> Learnt {
        let kinds = Kinds { first: Some(true), second: Some(false), has_second: true };
        Learnt { kinds, serves_clients, socket_opened: serves_clients, stop }
    }

    fn known() -> Described {
        let url = Some("https://conf.example.com/base".to_owned());
        Described { name: "Our server".into(), url, ..Described::default() }
    }

    #[test]
    fn descriptions_read_well() {
        insta::assert_snapshot!(
            "description-unknown",
            description(&Described { name: "server".into(), ..Described::default() })
        );
        let whole = Described {
            has_second: true,
            headers: vec!["X-Tenant".into()],
            insecure: true,
            learnt: Some(learnt(true, None)),
            ..known()
        };
        insta::assert_snapshot!("description-learnt", description(&whole));
    }

    #[test]
    fn a_server_without_clients_claims_none() {
        let text = description(&Described { learnt: Some(learnt(false, None)), ..known() });
        let file = TargetFile::parse("it", &text).unwrap();
        assert_eq!(file.claims, Some([Feature::Rest].into()));
    }

    #[test]
    fn a_broken_plane_is_claimed_and_said_to_be_broken() {
        let stop = Stop {
            step: "preflight".into(),
            actor: "probe".into(),
            reason: StopReason::NoText {
                operation: Operation::Identify,
                pointer: "/user_id".into(),
                seen: Seen::Value { shown: "status 500\nclaims = []".into() },
            },
            requirement: Some(id::SES_001),
        };
        let text = description(&Described { learnt: Some(learnt(true, Some(stop))), ..known() });
        assert!(text.contains("\n# seen: status 500 claims = []\n"), "{text}");
        let file = TargetFile::parse("it", &text).unwrap();
        assert_eq!(file.claims.unwrap().len(), Feature::ALL.len());
    }

    proptest! {
        /// Whatever things are called, the description can be read, says just that, and no line is
        /// too long but for what a name makes it.
        #[test]
        fn every_description_can_be_read(
            name in any::<String>(),
            has_second in any::<bool>(),
            insecure in any::<bool>(),
            header in "[A-Za-z-]{1,12}",
        ) {
            let headers = vec![header];
            let known = Described { name: name.clone(), has_second, insecure, headers, ..known() };
            let text = description(&known);
            let file = TargetFile::parse("it", &text).unwrap();
            prop_assert_eq!(file.name.unwrap(), name.replace('\u{7f}', ""));
            prop_assert_eq!(file.url, known.url);
            prop_assert_eq!(file.second_application.is_some(), has_second);
            prop_assert_eq!(file.insecure, insecure);
            prop_assert!(file.application.unwrap().secret.starts_with("env:"));
            let long = text.lines().find(|line| line.chars().count() > 100);
            prop_assert!(long.is_none_or(|line| line.starts_with("name = ")), "{:?}", long);
        }
    }
}
