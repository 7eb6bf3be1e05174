//! The provocations, and what is written about their answers.

use crate::document::Document;
use crate::ledger::Ledger;
use crate::provocations;
use crate::world::World;

#[test]
fn every_answer_is_as_written_and_everything_written_is_answered() {
    let document = Document::load();
    let world = World::start();
    let mut ledger = Ledger::new(&document);
    for provocation in provocations::all(&document) {
        let request = (provocation.request)(&world);
        ledger.enter(&provocation, &request, &request.send());
        if request.method == "GET" {
            // HEAD works wherever GET does.
            let request = request.head();
            ledger.enter(&provocation, &request, &request.send());
        }
    }
    let findings = ledger.findings();
    assert!(findings.is_empty(), "openapi.yaml and the server differ:\n- {}", findings.join("\n- "));
}
