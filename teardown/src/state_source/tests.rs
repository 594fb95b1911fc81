//! Whatever form a state has and wherever it comes from, it is read or the run ends.

use super::*;

const FILE: &str = r#"{"version": 4, "lineage": "l", "serial": 1, "resources": [
  {"mode": "managed", "type": "aws_vpc", "name": "main", "instances": [{"attributes": {"id": "vpc-1"}}]},
  {"mode": "managed", "type": "aws_lb", "name": "web", "instances": [{"attributes": {"arn": "arn:web", "name": "web"}}]}]}"#;

const LIMIT: Duration = Duration::from_secs(60);

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
        self.write("printed", prints);
        self.script(&format!(
            "[ \"$*\" = 'state pull' ] || exit 9\ncat '{}'\necho 'said on the side' >&2\nexit {code}",
            self.0.join("printed").display()
        ))
    }

    fn script(&self, lines: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = self.write("terraform.sh", &format!("#!/bin/sh\n{lines}\n"));
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
    let states = read(&[state], Path::new("/nowhere/terraform"), &folder.0, LIMIT)
        .await
        .unwrap();
    assert_eq!(states.managed.vpcs().collect::<Vec<_>>(), ["vpc-1"]);
    assert!(
        states.said[0].ends_with("1 VPC, 0 clusters, and 1 load balancer, group or interface to spare."),
        "{:?}",
        states.said
    );
}

#[tokio::test]
async fn a_terraform_folder_is_asked_for_its_state() {
    let folder = Folder::new("pull");
    folder.write("main.tf", "");
    let terraform = folder.terraform(FILE, 0);
    let states = read(&[], &terraform, &folder.0, LIMIT).await.unwrap();
    assert_eq!(states.managed.vpcs().collect::<Vec<_>>(), ["vpc-1"]);
    let terraform = folder.terraform("", 0);
    let states = read(&[], &terraform, &folder.0, LIMIT).await.unwrap();
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
        let error = read(&[], &terraform, &folder.0, LIMIT).await.unwrap_err();
        assert!(format!("{error:#}").contains(says), "{error:#}");
    }
    let error = read(&[], Path::new("/nowhere/terraform"), &folder.0, LIMIT)
        .await
        .unwrap_err();
    assert!(format!("{error:#}").contains("--terraform"), "{error:#}");
}

#[tokio::test]
async fn elsewhere_there_is_no_state() {
    let folder = Folder::new("elsewhere");
    let states = read(&[], Path::new("/nowhere/terraform"), &folder.0, LIMIT)
        .await
        .unwrap();
    assert_eq!(states.managed, Managed::default());
    assert!(states.said.is_empty());
    let missing = folder.0.join("no.tfstate");
    let error = read(&[missing], Path::new("terraform"), &folder.0, LIMIT)
        .await
        .unwrap_err();
    assert!(format!("{error:#}").contains("no.tfstate"));
}

/// The state before the destroy: with the cluster and another load balancer.
const BEFORE: &str = r#"{"version": 4, "lineage": "l", "serial": 1, "resources": [
  {"mode": "managed", "type": "aws_vpc", "name": "old", "instances": [{"attributes": {"id": "vpc-0"}}]},
  {"mode": "managed", "type": "aws_eks_cluster", "name": "main", "instances": [{"attributes": {"name": "prod"}}]},
  {"mode": "managed", "type": "aws_lb", "name": "web", "instances": [{"attributes": {"arn": "arn:web", "name": "web"}}]},
  {"mode": "managed", "type": "aws_lb", "name": "gone", "instances": [{"attributes": {"arn": "arn:gone"}}]}]}"#;

#[tokio::test]
async fn the_backup_beside_a_state_says_which_clusters_there_were() {
    let folder = Folder::new("backup");
    folder.write("main.tf", "");
    let terraform = folder.terraform(FILE, 0);
    let state = folder.write("terraform.tfstate", FILE);
    folder.write("terraform.tfstate.backup", BEFORE);
    for named in [vec![], vec![state]] {
        let states = read(&named, &terraform, &folder.0, LIMIT).await.unwrap();
        assert!(states.managed.has_lost_cluster("prod"));
        assert_eq!(states.managed.vpcs().collect::<Vec<_>>(), ["vpc-1"], "{named:?}");
        let said = &states.said[1];
        assert!(
            said.contains("terraform.tfstate.backup, the state before Terraform's last run: 1 cluster more"),
            "{said}"
        );
    }
}

#[tokio::test]
async fn a_backup_that_is_none_changes_nothing_and_is_named() {
    let folder = Folder::new("no-backup");
    folder.write("main.tf", "");
    let terraform = folder.terraform(FILE, 0);
    for text in [
        &BEFORE.replace(r#""lineage": "l""#, r#""lineage": "other""#),
        &BEFORE.replace(r#""serial": 1"#, r#""serial": 2"#),
        &BEFORE[..90],
        "",
        "{}",
    ] {
        folder.write("terraform.tfstate.backup", text);
        let states = read(&[], &terraform, &folder.0, LIMIT).await.unwrap();
        let mut alone = Managed::default();
        alone.add(FILE).unwrap();
        assert_eq!(states.managed, alone, "{text}");
        assert!(states.said[1].starts_with("Did not use"), "{:?}", states.said);
    }
}

#[tokio::test]
async fn a_terraform_that_does_not_answer_ends_the_run() {
    let folder = Folder::new("silent");
    folder.write("main.tf", "");
    let terraform = folder.script("exec tail -f /dev/null");
    let error = read(&[], &terraform, &folder.0, Duration::from_millis(50))
        .await
        .unwrap_err();
    assert!(format!("{error:#}").contains("in time"), "{error:#}");
}
