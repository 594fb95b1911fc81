//! How cargo's messages are read.

use super::executable;
use std::path::PathBuf;

#[test]
fn the_binary_is_where_cargo_says() {
    let messages = [
        r#"{"reason":"compiler-artifact","target":{"name":"provider"},"executable":null}"#,
        r#"{"reason":"compiler-artifact","target":{"name":"terraform-provider-bluegreen"},"executable":"/t/debug/it"}"#,
        r#"{"reason":"build-finished","success":true}"#,
    ];
    assert_eq!(
        executable(&messages.join("\n")),
        Some(PathBuf::from("/t/debug/it"))
    );
    assert_eq!(executable(messages[0]), None);
}
