//! What each law says, sentence by sentence: one for each way in which it can be broken.
//!
//! `selftest` demands that some wrong server breaks each. A breach without a sentence here fails the
//! tests, so that none is forgotten.

use super::{Finding, clients};
use invite_spec::requirement::{RequirementId, id};
use invite_trace::{Carrier, Evidence, Expected, LawName, Outside, Seen};
use std::cmp::Ordering;
use std::fmt;

/// One sentence of a law.
#[derive(Debug)]
pub struct Sentence {
    /// The law.
    pub law: LawName,
    /// The requirement that it evaluates.
    pub requirement: RequirementId,
    /// What it says.
    pub says: &'static str,
    pub(super) is: fn(&Evidence) -> bool,
}

/// Every sentence of every law for servers.
pub fn sentences() -> impl Iterator<Item = &'static Sentence> {
    TABLE.iter().flat_map(|(_, sentences)| sentences.iter())
}

impl Sentence {
    /// The sentence that a finding breaks.
    pub(crate) fn of(finding: &Finding) -> Option<&'static Sentence> {
        Sentence::that(finding.law, finding.requirement, &finding.evidence)
    }

    pub(super) fn that(
        law: LawName,
        requirement: RequirementId,
        evidence: &Evidence,
    ) -> Option<&'static Sentence> {
        let mut all = TABLE.iter().chain(clients::sentences::TABLE);
        let (_, own) = all.find(|(name, _)| *name == law)?;
        own.iter().find(|it| it.requirement == requirement && (it.is)(evidence))
    }

    fn key(&self) -> (LawName, RequirementId, &'static str) {
        (self.law, self.requirement, self.says)
    }
}

impl PartialEq for Sentence {
    fn eq(&self, other: &Sentence) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Sentence {}

impl PartialOrd for Sentence {
    fn partial_cmp(&self, other: &Sentence) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Sentence {
    fn cmp(&self, other: &Sentence) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "law: {}: {} {}", self.law, self.requirement, self.says)
    }
}

/// The sentences of a law: for each requirement what it says, and which evidence shows a breach.
macro_rules! law {
    ($law:ident: $($requirement:ident $says:literal $expected:pat $(if $seen:pat)? $(=> $at:literal)?,)+) => {
        (LawName::$law, &[$($crate::laws::sentences::Sentence {
            law: LawName::$law,
            requirement: id::$requirement,
            says: $says,
            is: |evidence| {
                matches!(evidence.expected, $expected)
                    $(&& matches!(evidence.seen, $seen))?
                    $(&& points_at(evidence, $at))?
            },
        }),+])
    };
}
pub(super) use law;

/// The place of an invitation's token.
fn points_at(evidence: &Evidence, pointer: &str) -> bool {
    evidence.spot.as_ref().and_then(|spot| spot.pointer()) == Some(pointer)
}

const TABLE: &[(LawName, &[Sentence])] = &[
    law! {
        Schemas:
        WIRE_003 "a REST answer fits its schema" Expected::Schema { .. },
        WIRE_003 "a REST answer is JSON" Expected::Json { .. },
        WIRE_004 "a client's answer fits its schema" Expected::Schema { .. },
        WIRE_004 "a client's answer is JSON" Expected::Json { .. },
        WIRE_005 "a frame fits its schema" Expected::Schema { .. },
        AUTH_002 "its field fits the schema" Expected::Schema { .. },
        SES_001 "its field fits the schema" Expected::Schema { .. },
        CNF_002 "its field fits the schema" Expected::Schema { .. },
        CNF_004 "its field fits the schema" Expected::Schema { .. },
        TOK_001 "its field fits the schema" Expected::Schema { .. },
        TOK_002 "its field fits the schema" Expected::Schema { .. },
        TOK_003 "its field fits the schema" Expected::Schema { .. },
        JOIN_003 "its field fits the schema" Expected::Schema { .. },
        INV_002 "its field fits the schema" Expected::Schema { .. },
        INV_018 "its field fits the schema" Expected::Schema { .. },
        INV_019 "its field fits the schema" Expected::Schema { .. },
        INV_020 "its field fits the schema" Expected::Schema { .. },
        INV_022 "its field fits the schema" Expected::Schema { .. },
        WIRE_014 "the configuration of telemetry fits its schema" Expected::Schema { .. },
        WIRE_014 "the configuration of telemetry is JSON" Expected::Json { .. },
        PRM_015 "its field fits the schema" Expected::Schema { .. },
        PRM_023 "its field fits the schema" Expected::Schema { .. },
        PRM_024 "its field fits the schema" Expected::Schema { .. },
        PRM_025 "its field fits the schema" Expected::Schema { .. },
    },
    law! {
        Forms:
        WIRE_001 "what is answered says that it is JSON" Expected::JsonContentType,
        WIRE_002 "an answer that is not read is empty or JSON" Expected::EmptyOrJson,
        WIRE_006 "a frame is a JSON object" Expected::ObjectFrame,
        WIRE_006 "frames have a type" Expected::TypedFrame,
        SES_002 "a WebSocket does not flood its client" Expected::UsableSocket,
        SES_003 "the WebSocket's address is an origin" Expected::SocketOrigin,
    },
    law! {
        Errors:
        ERR_001 "a refusal is not null" Expected::ErrorObject,
        ERR_002 "a refusal to a client has code, reason and description" Expected::ErrorFields(_),
        ERR_002 "a refusal to a client has the type ErrorResponse" Expected::ErrorType,
        ERR_003 "a refusal by REST has one of two shapes" Expected::ErrorFields(_),
        ERR_017 "a refusal is no server error" Expected::ClientError,
    },
    law! {
        Cors:
        WIRE_008 "the origin may read it" Expected::AllowsOrigin(_) if Seen::Cors { origin: None, .. },
        WIRE_008 "with credentials"
            Expected::AllowsOrigin(_) if Seen::Cors { credentials: None, .. },
        WIRE_008 "the origin is the one that asked" Expected::AllowsOrigin(_),
    },
    law! {
        Tokens:
        TOK_004 "a conference access token is a JWT"
            Expected::JwtWithAuthorities if Seen::OpaqueToken,
        TOK_004 "a conference access token lists authorities" Expected::JwtWithAuthorities,
        AUTH_008 "a client access token is a JWT" Expected::JwtWithExpiry if Seen::OpaqueToken,
        AUTH_008 "a client access token says when it expires" Expected::JwtWithExpiry,
    },
    law! {
        Leaks:
        TOK_007 "no answer has somebody else's token"
            Expected::NoForeignToken if Seen::ForeignToken { carrier: Carrier::Response, .. },
        TOK_007 "no frame has somebody else's token"
            Expected::NoForeignToken if Seen::ForeignToken { carrier: Carrier::Frame, .. },
    },
    law! {
        Truth:
        PRT_017 "who is in the conference is not shown as invited"
            Expected::TrueStatus if Seen::FalseStatus { is_inside: true, .. },
        PRT_017 "who is not in the conference is not shown as joined"
            Expected::TrueStatus if Seen::FalseStatus { is_inside: false, .. },
        PRT_018 "a user has one external id" Expected::OneExternalId { .. },
        CNF_024 "the alias is the one that was asked for" Expected::Alias(_),
        JOIN_028 "a join answers the conference that was joined" Expected::JoinedConference(_),
        JOIN_029 "a join answers a conference id" Expected::JoinedConference(_),
        SES_007 "each session of an external id has its user id" Expected::Value(_),
    },
    law! {
        Grants:
        INV_008 "each invitee is answered a token of their own" Expected::OwnToken { .. },
        TOK_001 "the owner's token grants everything" Expected::Grants(_),
        TOK_002 "each participant of a create is answered a token of their own"
            Expected::OwnToken { .. },
        TOK_003 "the token of who creates grants everything" Expected::Grants(_),
        PRM_001 "an invitation grants the defaults" Expected::Grants(_),
        PRM_002 "an invitation by REST grants the defaults"
            Expected::Grants(_) => "/confToken",
        PRM_002 "an answer grants the defaults" Expected::Grants(_),
        PRM_005 "an invitation grants what it was given" Expected::Grants(_),
        PRM_006 "an invitation by REST grants what it was given"
            Expected::Grants(_) => "/confToken",
        PRM_006 "the answer to an invite grants what it was given" Expected::Grants(_),
        PRM_007 "an invitation of a create grants what it was given"
            Expected::Grants(_) => "/confToken",
        PRM_007 "the answer to a create grants what it was given" Expected::Grants(_),
        PRM_015 "each person of an update is answered a token of their own"
            Expected::OwnToken { .. },
        PRM_015 "the answer to an update grants what it was given" Expected::Grants(_),
        PRM_017 "an update by REST brings what it was given" Expected::Grants(_),
        PRM_020 "an update by a participant brings what it was given" Expected::Grants(_),
    },
    law! {
        Invitations:
        INV_007 "each person whom an SDK invite names is invited"
            Expected::InvitationArrives { .. },
        INV_008 "each person whom a REST invite names is invited"
            Expected::InvitationArrives { .. },
        INV_010 "an SDK invitation arrives" Expected::InvitationArrives { .. },
        INV_011 "an invitation by REST arrives" Expected::InvitationArrives { .. },
        INV_012 "an invitation of a create arrives" Expected::InvitationArrives { .. },
        INV_013 "none arrives that was not to be delivered" Expected::NotNotified(_),
        INV_014 "none arrives for a request that does not say" Expected::NotNotified(_),
        INV_014 "none arrives besides for a request that does not say"
            Expected::Invitations { .. },
        INV_015 "an invitation reaches each session" Expected::InvitationArrives { .. },
        INV_016 "an invitation arrives once" Expected::Invitations { .. },
        INV_017 "nobody is invited who was not" Expected::NoUninvited,
        INV_020 "the inviter has no other person's name" Expected::Value(_),
    },
    law! {
        News:
        PRT_008 "none before joining"
            Expected::OnlyJoined if Seen::AtOutsider { why: Outside::NotJoined, .. },
        PRT_008 "none after leaving"
            Expected::OnlyJoined if Seen::AtOutsider { why: Outside::Left, .. },
        PRT_008 "none of another conference" Expected::OnlySameConference,
        KCK_007 "none after a kick" Expected::NoNewsAfterKick,
    },
    law! {
        Order:
        PRT_003 "connected is spelled ON_AIR" Expected::OnAir,
        PRT_004 "connecting before connected" Expected::ConnectingFirst,
        PRT_007 "added before updated" Expected::IntroducedFirst,
        KCK_008 "a kicked participant does not reconnect" Expected::NoReconnectAfterKick,
    },
    law! {
        Updates:
        PRM_023 "UpdateToken is spelled exactly so" Expected::ExactType(_),
        PRM_024 "its amu is not that of another update" Expected::OtherAmu(_),
        PRM_026 "it names its person" Expected::UpdateOf { .. },
        PRM_026 "it brings its person's token" Expected::OwnTokenInUpdate,
        PRM_027 "it keeps its amu when it is repeated" Expected::SameAmu(_),
    },
    law! {
        Switched:
        JOIN_018 "only a replaced session is switched" Expected::OnlyReplaced,
    },
    law! {
        Messages:
        MSG_003 "none to who has not joined"
            Expected::MessageStaysInside if Seen::AtOutsider { why: Outside::NotJoined, .. },
        MSG_003 "none to who has left"
            Expected::MessageStaysInside if Seen::AtOutsider { why: Outside::Left, .. },
        SUB_009 "notifications only to subscribers" Expected::OnlySubscribers,
    },
    law! {
        Refused:
        ERR_018 "what is refused is not done" Expected::NoEffect(_),
    },
];

#[cfg(test)]
mod tests {
    use super::super::ALL;
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_requirement_of_every_law_has_a_sentence_and_no_other_has() {
        let named: BTreeSet<_> = ALL
            .iter()
            .chain(clients::ALL)
            .flat_map(|law| law.requirements.iter().chain(law.besides).map(|id| (law.name, *id)))
            .collect();
        let of_clients = clients::sentences::TABLE.iter().flat_map(|(_, all)| all.iter());
        let said: BTreeSet<_> =
            sentences().chain(of_clients).map(|it| (it.law, it.requirement)).collect();
        assert_eq!(said, named);
    }

    #[test]
    fn no_sentence_is_there_twice() {
        let distinct: BTreeSet<_> = sentences().collect();
        assert_eq!(distinct.len(), sentences().count());
    }
}
