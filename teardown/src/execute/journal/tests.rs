//! What a journal still knows after the process that wrote it died.

use super::*;

fn intent(id: &str) -> Entry {
    Entry::Intent {
        at: Timestamp::UNIX_EPOCH,
        call: "elasticloadbalancing:DeleteLoadBalancer".to_owned(),
        id: id.to_owned(),
        claim: Some("a Service".to_owned()),
    }
}

#[test]
fn a_journal_is_gone_on_with_though_its_last_line_was_cut_off() {
    let path = std::env::temp_dir().join(format!("journal-{}.jsonl", std::process::id()));
    let journal = Journal::open(&path).unwrap();
    journal.begin("plan", || ["one".to_owned()].into()).unwrap();
    journal.write(intent("a")).unwrap();
    let whole = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{whole}{{\"intent\":{{\"at")).unwrap();
    assert!(matches!(Journal::open(&path), Err(JournalError::Busy)));
    drop(journal);

    let again = Journal::open(&path).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), whole);
    let present = again.begin("plan", || unreachable!("it has begun")).unwrap();
    assert_eq!(present, ["one".to_owned()].into());
    assert!(again.meant("a") && !again.meant("b"));
    assert_eq!(again.claims(), ["a Service".to_owned()].into());
    assert!(matches!(
        again.begin("another", BTreeSet::new),
        Err(JournalError::OtherPlan)
    ));

    drop(again);
    for (text, line) in [
        ("{}\n", 1),
        ("resource {\n}", 1),
        ("a note", 1),
        (&format!("{whole}a note"), 3),
    ] {
        std::fs::write(&path, text).unwrap();
        let error = Journal::open(&path).map(drop).unwrap_err();
        assert!(
            matches!(error, JournalError::Unreadable(at) if at == line),
            "{text:?}: {error:?}"
        );
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            text,
            "somebody's file is left as it is"
        );
    }
    std::fs::remove_file(&path).unwrap();
}
