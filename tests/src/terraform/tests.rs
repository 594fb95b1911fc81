//! The runner against real Terraform, with the resource that Terraform itself brings.

use super::{Client, Install, Setup, Terraform};
use crate::place;
use crate::wait::eventually;
use serde_json::json;
use std::time::Duration;

const MAIN: &str = r#"
variable "word" {
  default = "one"
}
resource "terraform_data" "it" {
  input = var.word
}
output "word" {
  value = terraform_data.it.output
}
"#;

const SLOW: &str = r#"
resource "terraform_data" "slow" {
  provisioner "local-exec" {
    command = "echo the-wait-has-begun; sleep 100"
  }
}
"#;

const AWS: &str = r#"
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}
resource "aws_ecs_cluster" "main" {
  name = 1 == 1 ? "main" : null
}
"#;

fn bare(client: Client) -> Setup {
    Setup::new(
        client,
        Install::Mirror {
            provider: None,
            peers: None,
        },
    )
}

async fn lives_through_a_life(client: Client) {
    let terraform = Terraform::new(&[("main.tf", MAIN)], bare(client)).await.unwrap();
    assert_eq!(terraform.validate().await.unwrap()["valid"], true);

    let plan = terraform.plan(&[]).await.unwrap();
    assert_eq!(
        (plan.code, plan.actions("terraform_data.it")),
        (2, vec!["create".to_owned()])
    );
    assert!(plan.text.contains("Plan: 1 to add"), "{}", plan.text);
    assert!(!plan.text.contains('\u{1b}'), "no color: {:?}", plan.text);
    terraform.apply_plan(&plan).await.unwrap().success().unwrap();
    assert!(terraform.plan(&[]).await.unwrap().is_empty());
    assert_eq!(terraform.output().await.unwrap(), json!({ "word": "one" }));

    terraform.write("release.tfvars", "word = \"two\"\n").unwrap();
    terraform
        .apply(&["-var-file=release.tfvars"])
        .await
        .unwrap()
        .success()
        .unwrap();
    assert_eq!(
        terraform.resource("terraform_data.it").await.unwrap()["output"],
        "two"
    );

    terraform.destroy(&[]).await.unwrap().success().unwrap();
    assert_eq!(
        terraform.resource("terraform_data.it").await.unwrap(),
        json!(null)
    );
}

#[tokio::test]
async fn the_command_line_plans_applies_and_destroys() {
    lives_through_a_life(Client::Cli).await;
}

#[tokio::test]
async fn the_library_plans_applies_and_destroys() {
    lives_through_a_life(Client::Library).await;
}

#[tokio::test]
async fn a_failed_command_is_a_result_that_can_be_read() {
    let terraform = Terraform::new(
        &[("main.tf", "output \"x\" {\n  value = nonsense\n}\n")],
        bare(Client::Cli),
    );
    let terraform = terraform.await.unwrap();
    let plan = terraform.plan(&[]).await.unwrap();
    assert_eq!(plan.code, 1);
    assert!(plan.text.contains("Invalid reference"), "{}", plan.text);
    assert_eq!(terraform.validate().await.unwrap()["valid"], false);
    let failed = terraform
        .apply(&[])
        .await
        .unwrap()
        .success()
        .unwrap_err()
        .to_string();
    assert!(
        failed.contains("apply -input=false") && failed.contains("Invalid reference"),
        "{failed}"
    );
}

async fn begun(terraform: &Terraform) -> super::Running {
    let running = terraform.spawn_apply(&[]).unwrap();
    eventually(Duration::from_secs(60), async || {
        if running.text().contains("(local-exec): the-wait-has-begun") {
            Ok(())
        } else {
            Err(running.text())
        }
    })
    .await
    .unwrap();
    running
}

#[tokio::test]
async fn an_interrupt_reaches_terraform_and_what_it_started() {
    for client in [Client::Cli, Client::Library] {
        let terraform = Terraform::new(&[("main.tf", SLOW)], bare(client)).await.unwrap();
        let running = begun(&terraform).await;
        running.interrupt().unwrap();
        let run = running.wait().await.unwrap();
        assert_eq!(run.code, 1, "{client:?}: {}", run.text());
        assert!(run.text().contains("Interrupt received"), "{}", run.text());
        assert!(run.took < Duration::from_secs(60));
    }
}

#[tokio::test]
async fn a_killed_command_says_so() {
    let terraform = Terraform::new(&[("main.tf", SLOW)], bare(Client::Cli))
        .await
        .unwrap();
    let running = begun(&terraform).await;
    running.kill().unwrap();
    assert_eq!(running.wait().await.unwrap().code, -9);
}

#[tokio::test]
async fn a_command_that_outlasts_its_deadline_is_killed_and_shows_what_it_said() {
    let mut setup = bare(Client::Cli);
    setup.deadline = Duration::from_secs(10);
    let terraform = Terraform::new(&[("main.tf", SLOW)], setup).await.unwrap();
    let running = begun(&terraform).await;
    let group = nix::unistd::Pid::from_raw(running.group());
    let error = running.wait().await.unwrap_err().to_string();
    assert!(
        error.contains("still ran after 10s") && error.contains("the-wait-has-begun"),
        "{error}"
    );
    eventually(Duration::from_secs(10), async || {
        match nix::sys::signal::killpg(group, None) {
            Err(nix::errno::Errno::ESRCH) => Ok(()),
            other => Err(format!("the group still lives: {other:?}")),
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn the_real_aws_provider_is_installed_from_the_mirror_by_both_clients() {
    let peers = Some(place::mirror().unwrap());
    for client in [Client::Cli, Client::Library] {
        let setup = Setup::new(
            client,
            Install::Mirror {
                provider: None,
                peers: peers.clone(),
            },
        );
        let terraform = Terraform::new(&[("main.tf", AWS)], setup).await.unwrap();
        let verdict = terraform.validate().await.unwrap();
        assert_eq!(verdict["valid"], true, "{verdict}");
        let schemas = terraform.schemas().await.unwrap();
        let aws = &schemas["provider_schemas"]["registry.terraform.io/hashicorp/aws"];
        assert!(aws["resource_schemas"]["aws_lb_listener_rule"].is_object());
    }
}
