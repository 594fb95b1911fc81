//! Each usual mistake is named, and a plan is handed on whole.

use super::*;

fn said(head: &[u8]) -> String {
    let head = head.to_vec();
    match sniff(Cursor::new(head)) {
        Ok(_) => "fine".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_people_give_by_mistake_is_named() {
    for (head, word) in [
        (&b""[..], "empty"),
        (b" \n", "empty"),
        (b"PK\x03\x04", "saved plan"),
        (b"\xff\xfe{\0", "UTF-16"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b"{\"@level\":\"info\"}", "log of"),
        (b"Terraform used the selected providers", "not JSON"),
    ] {
        assert!(said(head).contains(word), "{word}: {}", said(head));
    }
}

#[test]
fn nothing_of_the_text_is_lost() {
    let text = "{".to_owned() + &" ".repeat(3 * HEAD) + "}";
    let mut read = String::new();
    let mut source = sniff(Cursor::new(text.clone().into_bytes())).unwrap();
    source.read_to_string(&mut read).unwrap();
    assert_eq!(read, text);
}

#[test]
fn a_missing_file_is_named() {
    let error = open(Path::new("no-such-plan.json")).err().unwrap();
    assert!(format!("{error:#}").contains("no-such-plan.json"));
}
