//! `desired_count` is a floor: a change of it resizes a live color without losing a request, and more tasks than it
//! says are left alone.

use crate::stage::{SERVICE, Stage, ask};
use acceptance::order::Rule;
use acceptance::world::with_world;
use anyhow::{Result, ensure};

fn counted(count: u32) -> String {
    let main = include_str!("../../../examples/ecs-existing/main.tf");
    main.replace("desired_count   = 2", &format!("desired_count   = {count}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_the_count_resizes_the_live_color() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let rest = ask("v1", "000");
        stage.terraform.write("main.tf", &counted(3))?;
        insta::assert_snapshot!("resize_up", stage.act(&rest).await?);
        stage.rests(&rest).await?;
        ensure!(
            world.service("web-blue")["desiredCount"] == 3,
            "{:#}",
            world.service("web-blue")
        );
        stage.terraform.write("main.tf", &counted(2))?;
        insta::assert_snapshot!("resize_down", stage.act(&rest).await?);
        stage.rests(&rest).await?;
        ensure!(
            world.service("web-blue")["desiredCount"] == 2,
            "{:#}",
            world.service("web-blue")
        );
        // The one thing that shrinks a live color, and it was asked for.
        stage.allow(Rule::Shrink);
        stage.allow(Rule::Drain);
        stage.finish().await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn more_tasks_than_asked_for_are_left_alone_also_if_they_came_after_the_plan() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let rest = ask("v1", "000");
        let warm = stage.plan(&ask("v2", "100")).await?;
        stage
            .call_ecs(
                "UpdateService",
                r#"{"cluster":"main","service":"web-blue","desiredCount":4}"#,
            )
            .await?;
        stage.apply_begins();
        stage.terraform.apply_plan(&warm).await?.success()?;
        ensure!(
            world.service("web-blue")["desiredCount"] == 4,
            "the live color was shrunk"
        );
        // What takes over must carry what the live color carries now.
        stage.act(&ask("v2", "101")).await?;
        ensure!(
            world.service("web-green")["desiredCount"] == 4,
            "{:#}",
            world.service("web-green")
        );
        stage.rests(&ask("v2", "101")).await?;
        stage.act(&rest).await?;
        let state = stage.terraform.resource(SERVICE).await?;
        ensure!(state["capacity"]["blue"] == 4, "{state:#}");
        stage.finish().await?;
        Ok(())
    })
    .await
}
