//! Whatever form a state has and wherever it comes from, it is read or the run ends.

use super::*;

const FILE: &str = r#"{"version": 4, "lineage": "l", "serial": 1, "resources": [
  {"mode": "managed", "type": "aws_vpc", "name": "main", "instances": [{"attributes": {"id": "vpc-1"}}]},
  {"mode": "managed", "type": "aws_lb", "name": "web", "instances": [{"attributes": {"arn": "arn:web", "name": "web"}}]}]}"#;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("state-source-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// A terraform that prints this and ends so.
    fn terraform(&self, prints: &str, code: u8) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        self.write("printed", prints);
        let script = format!(
            "#!/bin/sh\n[ \"$*\" = 'state pull' ] || exit 9\ncat '{}'\necho 'said on the side' >&2\nexit {code}\n",
            self.0.join("printed").display()
        );
        let path = self.write("terraform.sh", &script);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn files_are_read_and_the_folder_is_not_asked() {
    let folder = Folder::new("files");
    folder.write("main.tf", "");
    let state = folder.write("a.tfstate", FILE);
    let states = read(&[state], Path::new("/nowhere/terraform"), &folder.0)
        .await
        .unwrap();
    assert_eq!(states.managed.vpcs().collect::<Vec<_>>(), ["vpc-1"]);
    assert!(
        states.said[0].contains("1 VPCs") && states.said[0].contains("1 load balancers"),
        "{:?}",
        states.said
    );
}

#[tokio::test]
async fn a_terraform_folder_is_asked_for_its_state() {
    let folder = Folder::new("pull");
    folder.write("main.tf", "");
    let terraform = folder.terraform(FILE, 0);
    let states = read(&[], &terraform, &folder.0).await.unwrap();
    assert_eq!(states.managed.vpcs().collect::<Vec<_>>(), ["vpc-1"]);
    let terraform = folder.terraform("", 0);
    let states = read(&[], &terraform, &folder.0).await.unwrap();
    assert_eq!(states.said, ["Read this folder's state: there is no state yet."]);
}

#[tokio::test]
async fn a_state_that_can_not_be_pulled_ends_the_run() {
    let folder = Folder::new("failing");
    folder.write("main.tf", "");
    for (prints, code, says) in [
        (FILE, 1, "said on the side"),
        ("{}", 0, "neither"),
        ("{", 0, "not JSON"),
    ] {
        let terraform = folder.terraform(prints, code);
        let error = read(&[], &terraform, &folder.0).await.unwrap_err();
        assert!(format!("{error:#}").contains(says), "{error:#}");
    }
    let error = read(&[], Path::new("/nowhere/terraform"), &folder.0)
        .await
        .unwrap_err();
    assert!(format!("{error:#}").contains("--terraform"), "{error:#}");
}

#[tokio::test]
async fn elsewhere_there_is_no_state() {
    let folder = Folder::new("elsewhere");
    let states = read(&[], Path::new("/nowhere/terraform"), &folder.0)
        .await
        .unwrap();
    assert_eq!(states.managed, Managed::default());
    assert!(states.said.is_empty());
    let missing = folder.0.join("no.tfstate");
    let error = read(&[missing], Path::new("terraform"), &folder.0)
        .await
        .unwrap_err();
    assert!(format!("{error:#}").contains("no.tfstate"));
}
