//! The server's own limits on what one request, one text and one application may take.
//!
//! The protocol has no limits for these. Each is far above anything that a source documents, and a
//! request above it is refused as a whole.

use super::call::Refusal;
use invite_spec::error::Failure;

/// The limit of a person's name, in bytes: as long as an external id.
pub const NAME_BYTES: usize = 1_024;
/// The limit of an avatar's address, in bytes: what browsers and proxies accept as a URL.
pub const AVATAR_URL_BYTES: usize = 4 * 1_024;
/// The limit of any other text that the server keeps (the id of a client instance, a PIN code, a
/// codec), in bytes.
pub const TEXT_BYTES: usize = 1_024;
/// The limit of people, topics or permissions in one request: five times the largest audience that
/// the specification mentions, and 20 times the largest conference that the vendor documents.
pub const ITEMS: usize = 5_000;
/// The limit of members of one conference, invited or joined: 40 times the largest one that the vendor
/// documents. Every join is answered with all of them.
pub const MEMBERS: usize = 10_000;
/// The number of members from which a call about a conference is much work.
pub(super) const MANY_MEMBERS: usize = 500;
/// How many conferences that it has left a session remembers, so that leaving again succeeds.
pub(super) const CONFERENCES_LEFT: usize = 1_000;

/// Checks the length of a text in a request; `field` names it.
///
/// # Errors
///
/// A refusal of the argument.
pub(super) fn check_text(field: &str, text: Option<&str>, limit: usize) -> Result<(), Refusal> {
    if text.is_some_and(|text| text.len() > limit) {
        return Err(Refusal::argument(format!(
            "{field}: it must not have more than {limit} bytes"
        )));
    }
    Ok(())
}

/// Checks the name and the avatar of a person.
///
/// # Errors
///
/// A refusal of the argument.
pub(super) fn check_description(
    (name_field, name): (&str, Option<&str>),
    (avatar_field, avatar): (&str, Option<&str>),
) -> Result<(), Refusal> {
    check_text(name_field, name, NAME_BYTES)?;
    check_text(avatar_field, avatar, AVATAR_URL_BYTES)
}

/// Checks how many people or topics a request names; `field` names the list.
///
/// # Errors
///
/// A refusal of the request as too large.
pub(super) fn check_items(field: &str, items: usize) -> Result<(), Refusal> {
    if items > ITEMS {
        let description = format!("{field}: it must not have more than {ITEMS} entries");
        return Err(Refusal::new(Failure::TooLarge, description));
    }
    Ok(())
}

/// Checks how many members a conference is going to have.
///
/// # Errors
///
/// A refusal of the request as too large.
pub(super) fn check_members(members: usize) -> Result<(), Refusal> {
    if members > MEMBERS {
        let description = format!("a conference must not have more than {MEMBERS} members");
        return Err(Refusal::new(Failure::TooLarge, description));
    }
    Ok(())
}
