//! The file is where Terraform writes it: beside the state, wherever the backend and the workspace put that.

use super::*;

fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let path = std::env::temp_dir().join(format!("backup-{name}-{}", std::process::id()));
    std::fs::create_dir_all(path.join(".terraform")).unwrap();
    for (file, text) in files {
        std::fs::write(path.join(".terraform").join(file), text).unwrap();
    }
    path
}

#[test]
fn it_lies_beside_the_state_of_the_backend_and_the_workspace() {
    let local = r#"{"version": 3, "backend": {"type": "local", "config": {"path": "states/net.tfstate", "workspace_dir": null}}}"#;
    let placed = r#"{"version": 3, "backend": {"type": "local", "config": {"path": null, "workspace_dir": "spaces"}}}"#;
    type Files<'a> = &'a [(&'a str, &'a str)];
    let cases: [(&str, Files, &str); 6] = [
        ("plain", &[], "terraform.tfstate.backup"),
        (
            "broken",
            &[("terraform.tfstate", "{")],
            "terraform.tfstate.backup",
        ),
        (
            "path",
            &[("terraform.tfstate", local)],
            "states/net.tfstate.backup",
        ),
        (
            "default",
            &[("environment", "default\n")],
            "terraform.tfstate.backup",
        ),
        (
            "workspace",
            &[("environment", "blue"), ("terraform.tfstate", local)],
            "terraform.tfstate.d/blue/terraform.tfstate.backup",
        ),
        (
            "placed",
            &[("environment", "blue"), ("terraform.tfstate", placed)],
            "spaces/blue/terraform.tfstate.backup",
        ),
    ];
    for (name, files, expected) in cases {
        let folder = folder(name, files);
        let found = of(&state_of(&folder));
        assert_eq!(found, folder.join(expected), "{name}");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
