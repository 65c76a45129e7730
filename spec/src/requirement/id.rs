//! The ids of the catalogue, one constant for each row.
//!
//! The rows of [`super::all`] have these constants as ids. The crate compiles only if the list and
//! the catalogue have the same ids in the same order.

use super::rows::AREAS;
use super::{Area, Requirement};
use crate::name::name;

/// The id of a requirement of the catalogue, such as `INV-012`: stable, and never reused.
///
/// Each has a constant ([`INV_012`]), so code that names a requirement that does not exist does not
/// compile. Ids are in the order of the catalogue. The ids of withdrawn requirements are text
/// ([`crate::release::Withdrawn`]).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequirementId(u16);

macro_rules! ids {
    ($($name:ident)+) => {
        #[expect(non_camel_case_types, reason = "these are the names of the constants")]
        enum Place { $($name),+ }

        $(
            #[doc = concat!("The id of the row `", stringify!($name), "`.")]
            pub const $name: RequirementId = RequirementId(Place::$name as u16);
        )+

        impl RequirementId {
            /// Every id, in the order of the catalogue.
            pub const ALL: &[RequirementId] = &[$($name),+];
        }

        const TEXTS: [&str; RequirementId::ALL.len()] = [$({
            const TEXT: [u8; stringify!($name).len()] = spelled(stringify!($name));
            match std::str::from_utf8(&TEXT) {
                Ok(text) => text,
                Err(_) => panic!("a name is ASCII"),
            }
        }),+];
    };
}

ids! {
    AUTH_001 AUTH_002 AUTH_003 AUTH_004 AUTH_005 AUTH_006 AUTH_007 AUTH_008 AUTH_009 AUTH_010
    AUTH_011 AUTH_012 AUTH_013 AUTH_014 AUTH_015 AUTH_016 AUTH_017 AUTH_018 AUTH_019 AUTH_020
    AUTH_021
    SES_001 SES_002 SES_003 SES_004 SES_005 SES_006 SES_007 SES_008 SES_009 SES_010 SES_011 SES_012
    SES_013 SES_014 SES_015 SES_016 SES_017 SES_018 SES_019 SES_020 SES_021 SES_022
    CNF_001 CNF_002 CNF_003 CNF_004 CNF_005 CNF_006 CNF_007 CNF_008 CNF_009 CNF_010 CNF_011 CNF_012
    CNF_013 CNF_014 CNF_015 CNF_016 CNF_017 CNF_018 CNF_019 CNF_020 CNF_021 CNF_022 CNF_023 CNF_024
    CNF_025 CNF_026
    INV_001 INV_002 INV_003 INV_004 INV_005 INV_006 INV_007 INV_008 INV_009 INV_010 INV_011 INV_012
    INV_013 INV_014 INV_015 INV_016 INV_017 INV_018 INV_019 INV_020 INV_021 INV_022 INV_023 INV_024
    INV_025 INV_026 INV_027 INV_028 INV_029 INV_030 INV_031 INV_032 INV_033 INV_034 INV_035 INV_036
    INV_037 INV_038 INV_039 INV_040 INV_041 INV_042 INV_043 INV_044 INV_045
    TOK_001 TOK_002 TOK_003 TOK_004 TOK_005 TOK_006 TOK_007 TOK_008 TOK_009 TOK_010 TOK_011
    PRM_001 PRM_002 PRM_003 PRM_004 PRM_005 PRM_006 PRM_007 PRM_008 PRM_009 PRM_010 PRM_011 PRM_012
    PRM_013 PRM_014 PRM_015 PRM_016 PRM_017 PRM_018 PRM_019 PRM_020 PRM_021 PRM_022 PRM_023 PRM_024
    PRM_025 PRM_026 PRM_027 PRM_028 PRM_029 PRM_030
    JOIN_001 JOIN_002 JOIN_003 JOIN_004 JOIN_005 JOIN_006 JOIN_007 JOIN_008 JOIN_009 JOIN_010
    JOIN_011 JOIN_012 JOIN_013 JOIN_014 JOIN_015 JOIN_016 JOIN_017 JOIN_018 JOIN_019 JOIN_020
    JOIN_021 JOIN_022 JOIN_023 JOIN_024 JOIN_025 JOIN_026 JOIN_027 JOIN_028 JOIN_029
    PRT_001 PRT_002 PRT_003 PRT_004 PRT_005 PRT_006 PRT_007 PRT_008 PRT_009 PRT_010 PRT_011 PRT_012
    PRT_013 PRT_014 PRT_015 PRT_016 PRT_017 PRT_018 PRT_019 PRT_020 PRT_021
    KCK_001 KCK_002 KCK_003 KCK_004 KCK_005 KCK_006 KCK_007 KCK_008 KCK_009 KCK_010 KCK_011
    MSG_001 MSG_002 MSG_003 MSG_004 MSG_005 MSG_006 MSG_007 MSG_008 MSG_009 MSG_010
    SUB_001 SUB_002 SUB_003 SUB_004 SUB_005 SUB_006 SUB_007 SUB_008 SUB_009 SUB_010
    ERR_001 ERR_002 ERR_003 ERR_004 ERR_005 ERR_006 ERR_007 ERR_008 ERR_009 ERR_010 ERR_011 ERR_012
    ERR_013 ERR_014 ERR_015 ERR_016 ERR_017 ERR_018 ERR_019 ERR_020 ERR_021
    WIRE_001 WIRE_002 WIRE_003 WIRE_004 WIRE_005 WIRE_006 WIRE_007 WIRE_008 WIRE_009 WIRE_010
    WIRE_011 WIRE_012 WIRE_013 WIRE_014 WIRE_015
    APP_001 APP_002 APP_003 APP_004 APP_005
    CLI_001 CLI_002 CLI_003 CLI_004 CLI_005 CLI_006 CLI_007 CLI_008 CLI_009 CLI_010 CLI_011 CLI_012
    CLI_013 CLI_014 CLI_015 CLI_016 CLI_017
}

/// The spelling of the id with this constant: `INV-012` for `INV_012`.
const fn spelled<const N: usize>(name: &str) -> [u8; N] {
    let mut text = [0; N];
    let mut at = 0;
    while at < N {
        let byte = name.as_bytes()[at];
        text[at] = if byte == b'_' { b'-' } else { byte };
        at += 1;
    }
    text
}

/// The row of each id, with its area.
static ROWS: [(&Area, &Requirement); TEXTS.len()] = rows();

const fn rows() -> [(&'static Area, &'static Requirement); TEXTS.len()] {
    let mut found = [(&AREAS[0], &AREAS[0].rows[0]); TEXTS.len()];
    let (mut area, mut next) = (0, 0);
    while area < AREAS.len() {
        let rows = AREAS[area].rows;
        let mut at = 0;
        while at < rows.len() {
            // Here the compiler stops, and names the row, where the list of ids above and the
            // catalogue do not hold the same rows in the same order.
            if next >= found.len() || rows[at].id.0 as usize != next {
                panic!("{}", rows[at].id.as_str());
            }
            found[next] = (&AREAS[area], &rows[at]);
            (at, next) = (at + 1, next + 1);
        }
        area += 1;
    }
    assert!(next == found.len(), "the last ids have no row");
    found
}

impl RequirementId {
    /// The id as text, such as `INV-012`.
    pub const fn as_str(self) -> &'static str {
        TEXTS[self.0 as usize]
    }

    /// The id with this spelling; `None` for any other. Case-sensitive: [`super::find`] is for
    /// input of people.
    pub fn parse(text: &str) -> Option<RequirementId> {
        RequirementId::ALL.iter().copied().find(|id| id.as_str() == text)
    }

    /// The row of the catalogue with this id.
    pub fn row(self) -> &'static Requirement {
        ROWS[self.0 as usize].1
    }

    /// The area of the catalogue with its row.
    pub fn area(self) -> &'static Area {
        ROWS[self.0 as usize].0
    }
}

impl std::fmt::Debug for RequirementId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

name! {
    RequirementId: "The id of a requirement of the catalogue.",
    title: |it: RequirementId| it.row().title,
    unknown: unknown,
}

/// The error for an unknown id, with the range of ids in its area.
fn unknown(text: &str) -> String {
    let of_area =
        |area: &&Area| text.strip_prefix(area.prefix).is_some_and(|number| number.starts_with('-'));
    match AREAS.iter().find(of_area).and_then(|area| area.rows.last()) {
        Some(last) => format!("unknown requirement `{text}`, the last of its area is {}", last.id),
        None => format!("unknown requirement `{text}`, an id looks like {INV_001}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Side;
    use super::*;
    use serde_json::json;

    #[test]
    fn every_id_leads_to_its_row_and_is_read_as_it_is_written() {
        let sides = [Side::Server, Side::Client];
        let rows = sides.into_iter().flat_map(super::super::all_of).map(|row| row.id);
        let rows: Vec<RequirementId> = rows.collect();
        assert_eq!(rows, RequirementId::ALL);
        assert!(rows.is_sorted());
        for id in rows {
            assert_eq!(id.row().id, id);
            assert!(id.as_str().starts_with(id.area().prefix));
            assert_eq!(RequirementId::parse(id.as_str()), Some(id));
            let written = serde_json::to_value(id).unwrap();
            assert_eq!(written, json!(id.as_str()));
            assert_eq!(serde_json::from_value::<RequirementId>(written).unwrap(), id);
        }
        assert_eq!(format!("{INV_012:<9}|{INV_012:?}"), "INV-012  |INV-012");
    }

    #[test]
    fn another_text_is_told() {
        let error = |text: &str| serde_json::from_value::<RequirementId>(json!(text)).unwrap_err();
        assert_eq!(
            error("WIRE-999").to_string(),
            "unknown requirement `WIRE-999`, the last of its area is WIRE-015"
        );
        assert_eq!(
            error("inv-012").to_string(),
            "unknown requirement `inv-012`, an id looks like INV-001"
        );
    }

    #[test]
    fn the_schema_offers_every_id_with_its_title() {
        let schema = schemars::schema_for!(RequirementId).to_value();
        let ids = schema["oneOf"].as_array().unwrap();
        assert_eq!(ids.len(), RequirementId::ALL.len());
        let title = INV_012.row().title;
        let expected = json!({ "description": title, "type": "string", "const": "INV-012" });
        assert!(ids.contains(&expected));
    }
}
