//! One snapshot of the canonical form of each payload: a change of the wire shows in review as a
//! small, readable diff. The schemas are committed files and are reviewed as such.

use invite_spec::payload;

#[test]
fn every_payload_is_written_as_it_was() {
    for payload in payload::all() {
        let written = payload.parse(&payload.example()).unwrap();
        insta::with_settings!({ description => payload.title, omit_expression => true }, {
            insta::assert_json_snapshot!(payload.name, written);
        });
    }
}
