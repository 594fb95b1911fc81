//! What looks like a first apply and is none, names that are not what serves, and services behind the wrong color:
//! refused before anybody loses what answers them.

use crate::import::words;
use crate::stage::{Ask, SERVICE, Stage, ask};
use acceptance::terraform::Run;
use acceptance::world::with_world;
use anyhow::{Context, Result, ensure};

impl Stage<'_> {
    /// Lays more over the example's service.
    fn overlay(&self, body: &str) -> Result<()> {
        let text = format!("resource \"bluegreen_service\" \"web\" {{\n{body}\n}}\n");
        self.terraform.write("more_override.tf", &text)?;
        Ok(())
    }

    fn services(&self, blue: &str, green: &str) -> Result<()> {
        self.overlay(&format!(
            "ecs = {{\n cluster = var.cluster\n blue_service = {blue:?}\n green_service = {green:?}\n desired_count = 2\n task_definition = var.task_definition\n}}"
        ))
    }

    /// Said in the plan, refused by the apply, and not one call that changes anything.
    async fn denied(&self, ask: &Ask, why: &str) -> Result<Run> {
        let calls = self.changing_calls();
        let plan = self.plan(ask).await?;
        ensure!(plan.code == 2, "{ask:?}: the plan failed:\n{}", plan.text);
        ensure!(
            words(&plan.text).contains(why),
            "{why:?} is not said in the plan:\n{}",
            plan.text
        );
        let run = self.apply(ask).await?;
        ensure!(
            run.code == 1 && words(&run.text()).contains(why),
            "{why:?} was not refused:\n{}",
            run.text()
        );
        ensure!(
            self.changing_calls() == calls,
            "{ask:?}: a refused apply changed something"
        );
        Ok(run)
    }

    fn tasks(&self) -> (u64, u64) {
        let of = |name: &str| self.world.service(name)["desiredCount"].as_u64().unwrap_or(99);
        (of("web-blue"), of("web-green"))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_apply_goes_to_who_runs_what_it_names_and_replacing_is_refused() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::new(world).await?;
        // blue runs web:1.
        stage.denied(&ask("v3", "000"), "runs web:1, not web:3").await?;
        stage.apply(&ask("v1", "000")).await?.success()?;

        let warm = ask("v2", "100");
        stage.apply(&warm).await?.success()?;
        let run = stage.terraform.run(&["taint", SERVICE]).await?;
        ensure!(run.code == 0, "{}", run.text());
        let run = stage.apply(&warm).await?;
        ensure!(
            run.code == 1 && words(&run.text()).contains("is not replaced"),
            "{}",
            run.text()
        );
        ensure!(stage.weights()? == (100, 0), "{:?}", stage.weights());
        let run = stage.terraform.run(&["untaint", SERVICE]).await?;
        ensure!(run.code == 0, "{}", run.text());

        let two = ask("v2", "101").var("rollback_window", "0s");
        stage.apply(&two).await?.success()?;
        ensure!(stage.tasks() == (0, 2), "{:?}", stage.tasks());
        let mut replace = two.clone();
        replace.extra.push(format!("-replace={SERVICE}"));
        let run = stage.apply(&replace).await?;
        ensure!(
            run.code == 1 && words(&run.text()).contains("is not replaced"),
            "{}",
            run.text()
        );
        ensure!(stage.weights()? == (0, 100), "{:?}", stage.weights());

        // A taint does not lock the operator in.
        let run = stage.terraform.run(&["taint", SERVICE]).await?;
        ensure!(run.code == 0, "{}", run.text());
        let args = two.args();
        stage
            .terraform
            .destroy(&crate::stage::refs(&args))
            .await?
            .success()?;
        ensure!(world.rules().is_empty(), "{:#?}", world.rules());

        stage.denied(&two, "set initial_color = \"green\"").await?;
        stage.overlay("initial_color = \"green\"")?;
        stage.apply(&two).await?.success()?;
        ensure!(stage.weights()? == (0, 100), "{:?}", stage.weights());
        stage.nothing_left(&two).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_serves_the_color_whose_group_it_registers_in_and_a_name_is_what_runs() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::new(world).await?;
        let rest = ask("v1", "000");
        stage.services("web-green", "web-blue")?;
        stage.denied(&rest, "not in blue's target group").await?;
        stage.services("web-blue", "web-green")?;
        stage.apply(&rest).await?.success()?;

        let before = stage.tasks();
        stage.services("web-green", "web-blue")?;
        stage.denied(&rest, "a serving color's ECS service can't be exchanged").await?;
        stage
            .call_ecs(
                "CreateService",
                r#"{"cluster":"main","serviceName":"stray","taskDefinition":"web:1","desiredCount":0,"networkConfiguration":{"awsvpcConfiguration":{"subnets":["subnet-11111111"]}}}"#,
            )
            .await?;
        stage.services("web-blue", "stray")?;
        stage.denied(&rest, "registers its tasks in no target group, not in green's").await?;
        stage.services("web-blue", "web-green")?;
        ensure!(stage.tasks() == before, "{:?}", stage.tasks());

        let mut renamed = rest.clone();
        renamed = renamed.var("task_definition", "web:2");
        stage.denied(&renamed, "a live color's version never changes").await?;
        stage.denied(&ask("v9", "000").var("task_definition", "web:1"), "o color holds release v9").await?;
        // Terraform keeps the outputs that a refused plan had; the resource itself has nothing left to do.
        let plan = stage.plan(&rest).await?;
        ensure!(!plan.text.contains("# bluegreen_"), "{}", plan.text);
        stage.apply(&rest).await?.success()?;
        stage.nothing_left(&rest).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_went_after_the_plan_is_planned_again_and_none_is_left_behind() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::new(world).await?;
        let rest = ask("v1", "000");
        stage.apply(&rest).await?.success()?;
        let state = stage.terraform.folder().join("terraform.tfstate");
        let former = std::fs::read(&state).context("there is a state")?;

        // Nobody was told that tasks would go.
        let longer = rest.clone().var("rollback_window", "2h");
        let plan = stage.plan(&longer).await?;
        let scale =
            |tasks: u32| format!(r#"{{"cluster":"main","service":"web-green","desiredCount":{tasks}}}"#);
        stage.call_ecs("UpdateService", &scale(2)).await?;
        let run = stage.terraform.apply_plan(&plan).await?;
        ensure!(
            run.code == 1 && words(&run.text()).contains("somebody scaled it in between"),
            "{}",
            run.text()
        );
        ensure!(stage.tasks() == (2, 2), "{:?}", stage.tasks());
        stage.call_ecs("UpdateService", &scale(0)).await?;

        let warm = ask("v2", "100");
        let plan = stage.plan(&warm).await?;
        let rule = stage.service_rule()?;
        let arn = rule["RuleArn"].as_str().context("a rule has an ARN")?;
        stage.delete_rule(arn).await?;
        let run = stage.terraform.apply_plan(&plan).await?;
        ensure!(
            run.code == 1 && words(&run.text()).contains("Plan again"),
            "{}",
            run.text()
        );
        ensure!(stage.tasks() == (2, 0), "{:?}", stage.tasks());
        stage.apply(&rest).await?.success()?;
        ensure!(stage.weights()? == (100, 0), "{:?}", stage.weights());

        // A state that knows the former rule only.
        std::fs::write(&state, former)?;
        let mut args = rest.args();
        args.push("-refresh=false".to_owned());
        stage
            .terraform
            .destroy(&crate::stage::refs(&args))
            .await?
            .success()?;
        ensure!(world.rules().is_empty(), "{:#?}", world.rules());
        Ok(())
    })
    .await
}
