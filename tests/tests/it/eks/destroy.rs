//! Three ways to the end of a cluster whose controller left a load balancer behind.

use super::Place;
use acceptance::place;
use acceptance::wait::eventually;
use anyhow::{Context, Result, ensure};
use sandbox::{Controller, KubernetesChange, KubernetesCluster, KubernetesService, ServiceClass};
use serde_json::Value;
use std::time::Duration;
use tokio::process::Command;

const CLUSTER: &str = "demo";
const PATIENCE: Duration = Duration::from_secs(60);
/// The reference article's, counted by Terraform.
const RESOURCES: usize = 17;

impl Place<'_> {
    /// Helm installs ingress-nginx: its Service gets a classic load balancer from the cluster's cloud controller.
    async fn ingress_nginx(&self) -> Result<()> {
        let sandbox = self.world.sandbox();
        sandbox.kubernetes(KubernetesChange::Cluster(KubernetesCluster {
            name: CLUSTER.into(),
            vpc: None,
            subnets: Vec::new(),
            node_security_group: None,
            controllers: vec![Controller::CloudController],
            resync_seconds: 30.0,
        }))?;
        sandbox.kubernetes(KubernetesChange::Service(KubernetesService {
            cluster: CLUSTER.into(),
            namespace: "ingress-nginx".into(),
            name: "ingress-nginx-controller".into(),
            uid: None,
            class: ServiceClass::Classic,
            ports: vec![80, 443],
            internal: false,
        }))?;
        eventually(PATIENCE, async || match self.count("classic_load_balancers") {
            1 => Ok(()),
            some => Err(format!("{some} classic load balancers")),
        })
        .await
    }

    /// What AWS refused since `from`: action and code.
    fn refused(&self, from: u64) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let events = self.world.events().into_iter();
        events
            .filter(|event| event["event"] == "call" && event["seq"].as_u64().is_some_and(|seq| from <= seq))
            .filter(|event| !event["error"].is_null() && event["mutating"] == true)
            .map(|event| (text(&event["action"]), text(&event["error"])))
            .collect()
    }

    /// The clients that deleted the load balancer.
    fn deleters(&self) -> Vec<String> {
        let events = self.world.events().into_iter();
        events
            .filter(|event| event["event"] == "call" && event["action"] == "DeleteLoadBalancer")
            .filter_map(|event| event["client"].as_str().map(str::to_owned))
            .collect()
    }

    /// Nothing of the environment is left, and the account's own network is.
    fn empty(&self) -> Result<()> {
        let dump = self.world.sandbox().dump();
        for kind in ["classic_load_balancers", "eks_clusters"] {
            let left = dump[kind].as_array().map_or(0, Vec::len);
            ensure!(left == 0, "{left} {kind} were left behind: {:#}", dump[kind]);
        }
        let vpcs = dump["vpcs"].as_array().context("the dump has VPCs")?;
        ensure!(vpcs.len() == 1, "not only the default VPC is left: {vpcs:#?}");
        Ok(())
    }
}

/// The first refusals are AWS's; then nobody waits on: the AWS provider would for 15 minutes.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_guard_the_destroy_is_refused_until_the_folder_is_swept() -> Result<()> {
    Place::through("guard = false", async |place| {
        place.apply().await?;
        let managed = place.managed().await?;
        ensure!(
            managed.len() == RESOURCES,
            "{} resources: {managed:#?}",
            managed.len()
        );
        let vpc = place.terraform.output().await?["vpc_id"].clone();
        place.ingress_nginx().await?;

        let from = place.world.next_seq();
        let hanging = place
            .terraform
            .spawn(&["destroy", "-input=false", "-auto-approve"])?;
        eventually(PATIENCE, async || {
            let refused = place.refused(from);
            let has = |action: &str| {
                refused
                    .iter()
                    .any(|(name, code)| name == action && code == "DependencyViolation")
            };
            match has("DetachInternetGateway") && has("DeleteSubnet") {
                true => Ok(()),
                false => Err(format!("refused so far: {refused:?}\n{}", hanging.text())),
            }
        })
        .await?;
        ensure!(
            place.count("eks_clusters") == 0,
            "the cluster goes before its network"
        );
        ensure!(place.count("classic_load_balancers") == 1, "somebody deleted it");
        hanging.kill()?;
        hanging.wait().await?;

        let vpc = vpc.as_str().context("the VPC's id is an output")?;
        let sweep = ["apply", "--vpc-id", vpc, "--yes"];
        // The state has lost the cluster already, and nothing else in AWS shows that it was one of EKS: where the state
        // before the destroy is lost too, that is not taken for gone.
        let backup = place.terraform.folder().join("terraform.tfstate.backup");
        let aside = backup.with_extension("aside");
        std::fs::rename(&backup, &aside).context("Terraform leaves a backup")?;
        let unsure = teardown(place, &sweep).await?;
        ensure!(unsure.0 == Some(3), "ended with {:?}:\n{}", unsure.0, unsure.1);
        ensure!(
            unsure.1.contains("name it with --cluster"),
            "no way out is named:\n{}",
            unsure.1
        );
        ensure!(
            place.count("classic_load_balancers") == 1,
            "deleted without proof"
        );
        std::fs::rename(&aside, &backup)?;
        let swept = teardown(place, &sweep).await?;
        ensure!(swept.0 == Some(0), "ended with {:?}:\n{}", swept.0, swept.1);
        ensure!(
            swept
                .1
                .contains("terraform.tfstate.backup, the state before Terraform's last run: 1 cluster more"),
            "it does not say where the cluster is from:\n{}",
            swept.1
        );
        ensure!(
            place.count("classic_load_balancers") == 0,
            "it is still there:\n{}",
            swept.1
        );
        let from = place.world.next_seq();
        place.terraform.destroy(&[]).await?.success()?;
        ensure!(
            place.refused(from).is_empty(),
            "refused: {:?}",
            place.refused(from)
        );
        place.empty()
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_guard_one_destroy_is_enough() -> Result<()> {
    Place::through("guard = true", async |place| {
        place.apply().await?;
        place.ingress_nginx().await?;

        let from = place.world.next_seq();
        place.terraform.destroy(&[]).await?.success()?;
        let refused = place.refused(from);
        ensure!(refused.is_empty(), "AWS refused {refused:?}");
        let deleters = place.deleters();
        ensure!(
            matches!(deleters.as_slice(), [one] if one.contains("terraform-provider-bluegreen")),
            "deleted by {deleters:?}"
        );
        place.empty()
    })
    .await
}

/// The command in the folder of the configuration: its exit code and all it said.
async fn teardown(place: &Place<'_>, args: &[&str]) -> Result<(Option<i32>, String)> {
    let mut command = Command::new(place::binary("bluegreen-teardown")?);
    let path = std::env::var_os("PATH").context("there is a PATH")?;
    command
        .args(args)
        .current_dir(place.terraform.folder())
        .env_clear()
        .env("PATH", path)
        .envs(place.terraform.environment())
        .kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output()).await??;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok((output.status.code(), text(&output.stdout) + &text(&output.stderr)))
}
