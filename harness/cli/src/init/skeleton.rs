//! A first scenario: short, explained, and right as it is.

use super::description::comment;
use super::{CLIENT_SCENARIO_SCHEMA, SCENARIO_SCHEMA};
use invite_spec::requirement::{Profile, Requirement, Side, id};
use invite_text::{WIDTH, wrapped};
use std::fmt::Write as _;

/// What is known of a scenario before anybody writes it.
#[derive(Debug)]
pub struct Skeleton {
    /// Its id, which is the name of its file.
    pub id: String,
    /// The name of its file.
    pub file: String,
    /// What it shows; something general if nobody says it.
    pub title: Option<String>,
    /// The requirement that it is about.
    pub requirement: Option<&'static Requirement>,
    /// Whom it tests.
    pub side: Side,
}

impl Skeleton {
    /// Its text.
    pub fn text(&self) -> String {
        match self.side {
            Side::Server => self.for_servers(),
            Side::Client => self.for_clients(),
        }
    }

    fn for_servers(&self) -> String {
        let profile = self.requirement.map_or(Profile::Sdk, |row| row.profile);
        let has_clients = profile == Profile::Sdk;
        let title = match has_clients {
            true => "Bob is invited, and his client hears of it",
            false => "Bob is invited, and gets a token",
        };
        let try_it = format!("run --scenarios {}", self.file);
        let mut text = self.heading(SCENARIO_SCHEMA, &try_it, title);
        let _ = write!(text, "profile: {profile}\n{PEOPLE}");
        if has_clients {
            text.push_str(OPEN);
        }
        text.push_str(CREATE);
        text.push_str(
            &INVITE.replace("@NOTIFICATION@", if has_clients { "true" } else { "false" }),
        );
        let row = self.requirement.unwrap_or(id::INV_002.row());
        text.push_str("      expect:\n");
        self.explain(row, 8, &mut text);
        text.push_str(&EXPECTATION.replace("@ID@", row.id.as_str()));
        if has_clients {
            text.push_str(AWAIT);
        }
        text
    }

    fn for_clients(&self) -> String {
        let try_it = format!("client --adapter COMMAND --scenarios {}", self.file);
        let title = "Bob's client joins a conference to which he is invited";
        let mut text = self.heading(CLIENT_SCENARIO_SCHEMA, &try_it, title);
        text.push_str(CLIENT);
        let row = self.requirement.unwrap_or(id::CLI_017.row());
        self.explain(row, 6, &mut text);
        text.push_str(&CLIENT_REQUIRES.replace("@ID@", row.id.as_str()));
        text
    }

    /// What every scenario begins with.
    fn heading(&self, schema: &str, try_it: &str, title: &str) -> String {
        let mut text = format!("# yaml-language-server: $schema=./{schema}\n");
        comment(&format!("Try it: invite-conformance {try_it}"), &mut text);
        let title = self.title.as_deref().unwrap_or(title);
        let _ = writeln!(text, "scenario: {}\ntitle: {}", self.id, scalar(title));
        text
    }

    /// What the requirement says, as lines of comment.
    fn explain(&self, row: &Requirement, indent: usize, text: &mut String) {
        let mut paragraphs =
            vec![format!("{} ({} {}): {}", row.id, row.basis, row.level, row.text)];
        if self.requirement.is_some() {
            paragraphs
                .push("An example follows: put what shows this requirement in its place.".into());
        }
        for line in paragraphs.iter().flat_map(|it| wrapped(it, WIDTH - indent - 2)) {
            let _ = writeln!(text, "{:indent$}# {line}", "");
        }
    }
}

/// A text as YAML writes it on one line: plain if it cannot be taken for anything else.
fn scalar(text: &str) -> String {
    let is_word = |c: char| c.is_alphanumeric() || " ,.'-()/;!".contains(c);
    let is_plain = text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(is_word)
        && text.contains(' ')
        && !text.ends_with(' ');
    if is_plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

const PEOPLE: &str = "\
# Everybody gets an external id of their own, another one in each run: `${bob}` is Bob's.
people: {alice: {}, bob: {}}
steps:
";

const OPEN: &str = "  # Bob's client signs in and opens its WebSocket.
  - open: {who: bob}
";

const CREATE: &str = "  \
  # Alice's application server creates a conference. The scenario keeps its id as `room`.
  - call:
      operation: rest.create
      body: {ownerExternalId: \"${alice}\"}
      save: {room: /conferenceId}
";

const INVITE: &str = "  # It invites Bob. What must hold of the response is below `expect`.
  - call:
      operation: rest.invite
      in: \"${room}\"
      body: {participants: {\"${bob}\": {permissions: [JOIN], notification: @NOTIFICATION@}}}
";

const EXPECTATION: &str = "        - requires: @ID@
          that: the response has one key, Bob's external id, and its value is a token
          answer: {\"\": {keys: [\"${bob}\"], each: {type: string}}}
";

const AWAIT: &str = "  # The invitation must reach Bob's client.
  - await: {by: bob, frame: InvitationReceived, where: {/conferenceId: \"${room}\"}}
";

const CLIENT: &str = "\
people: [bob]
steps:
  # The client under test opens a session.
  - client: {who: bob, do: open}
  # The application's server invites Bob. The scenario keeps his token.
  - server:
      operation: rest.create
      body:
        ownerExternalId: owner
        participants: {\"${bob}\": {permissions: [JOIN], notification: true}}
      save: {room: /conferenceId, token: \"/usersTokens/${bob}\"}
  # The client joins with that token.
  - client:
      who: bob
      do: join
      with: {conferenceId: \"${room}\", conferenceAccessToken: \"${token}\"}
";

const CLIENT_REQUIRES: &str = "      requires: @ID@
";

#[cfg(test)]
mod tests {
    use super::*;
    use invite_spec::requirement;
    use proptest::prelude::*;

    fn skeleton(requirement: Option<&'static Requirement>, side: Side) -> Skeleton {
        let (id, file) = ("my-first".to_owned(), "my-first.yaml".to_owned());
        Skeleton { id, file, title: None, requirement, side }
    }

    #[test]
    fn skeletons_read_well() {
        insta::assert_snapshot!("skeleton", skeleton(None, Side::Server).text());
        let rest = skeleton(Some(id::INV_001.row()), Side::Server);
        insta::assert_snapshot!("skeleton-of-a-requirement", rest.text());
        insta::assert_snapshot!("skeleton-for-clients", skeleton(None, Side::Client).text());
    }

    #[test]
    fn one_about_any_requirement_is_a_scenario() {
        for side in [Side::Server, Side::Client] {
            for row in requirement::all_of(side).filter(|row| row.excluded.is_none()) {
                let skeleton = skeleton(Some(row), side);
                let text = skeleton.text();
                let requires = format!("requires: {}\n", row.id);
                assert!(text.contains(&requires), "{text}");
                let long = text.lines().find(|line| line.chars().count() > WIDTH);
                assert_eq!(long, None, "{}", row.id);
                let faults = match side {
                    Side::Server => invite_scenario::parse(&skeleton.file, &text).err(),
                    Side::Client => invite_scenario::client::parse(&skeleton.file, &text).err(),
                };
                assert_eq!(faults.map(|it| format!("{it:?}")), None, "{text}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_title_is_kept(title in "[^\\p{C}]{1,40}") {
            let skeleton = Skeleton { title: Some(title.clone()), ..skeleton(None, Side::Server) };
            let read = invite_scenario::parse(&skeleton.file, &skeleton.text());
            prop_assert_eq!(read.map(|it| it.title), Ok(title));
        }
    }
}
