//! No secret reaches a file or a log: not the keys of the environment or the block, not those that a role gave.
//!
//! Looks at every file that Terraform leaves and at everything it logs, at the highest level. An external id is no
//! secret to AWS, and Terraform itself keeps variables in plan files.

use crate::stage::{UNHURRIED, ask, refs, variables};
use acceptance::terraform::Terraform;
use acceptance::world::with_world;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const BASE_SECRET: &str = "base-Secret/Key+9f1c";
const BASE_TOKEN: &str = "base-Session-Token-77aa";
const ROLE_SECRET: &str = "role-Secret/Key+31be";
const ROLE_TOKEN: &str = "role-Session-Token-c0de";
const EXTERNAL_ID: &str = "external-Id-5eed";

/// Everything that must not be found anywhere, also percent-encoded.
fn secrets() -> Vec<(&'static str, String)> {
    let plain = [
        ("the secret key", BASE_SECRET),
        ("the session token", BASE_TOKEN),
        ("the role's secret key", ROLE_SECRET),
        ("the role's session token", ROLE_TOKEN),
    ];
    let encoded = |text: &str| text.replace('/', "%2F").replace('+', "%2B");
    let forms = plain
        .iter()
        .flat_map(|(what, text)| [(*what, (*text).to_owned()), (*what, encoded(text))]);
    forms.collect()
}

/// An STS that gives whoever asks the role's credentials, and remembers what it was asked.
async fn sts() -> Result<(String, Arc<Mutex<Vec<String>>>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = asked.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            // The body is short, and its last field is the version.
            while !String::from_utf8_lossy(&request).contains("\r\n\r\nAction=") || !complete(&request) {
                match stream.read(&mut buffer).await {
                    Ok(read) if 0 < read => request.extend_from_slice(&buffer[..read]),
                    _ => break,
                }
            }
            log.lock()
                .unwrap()
                .push(String::from_utf8_lossy(&request).into_owned());
            let body = format!(
                "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>{ROLE_SECRET}</SecretAccessKey><SessionToken>{ROLE_TOKEN}</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
            );
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    Ok((endpoint, asked))
}

/// The whole body has come, by its content-length.
fn complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        (name.eq_ignore_ascii_case("content-length")).then(|| value.trim().parse::<usize>().ok())?
    });
    length.is_some_and(|length| length <= body.len())
}

/// Every file below `folder`; a saved plan is a zip file, so what `terraform show` makes of it is looked at too.
fn files(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.is_file() {
            found.push((path.display().to_string(), fs::read(&path)?));
        }
    }
    Ok(found)
}

fn holds(text: &[u8], secret: &str) -> bool {
    text.windows(secret.len())
        .any(|window| window == secret.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_state_nor_plan_nor_log_holds_a_secret() -> Result<()> {
    with_world(async |world| {
        let (sts, asked) = sts().await?;
        let log = std::env::temp_dir().join(format!("trace-{}.log", std::process::id()));
        let mut setup = variables(world, world.setup()?)?
            .env("TF_LOG", "TRACE")
            .env("TF_LOG_PATH", &log.display().to_string());
        // The keys come from the environment, as they usually do.
        setup.env.retain(|(name, _)| !name.starts_with("AWS_SECRET") && !name.starts_with("AWS_ACCESS"));
        let setup = setup
            .env("AWS_ACCESS_KEY_ID", "AKIABASE")
            .env("AWS_SECRET_ACCESS_KEY", BASE_SECRET)
            .env("AWS_SESSION_TOKEN", BASE_TOKEN);
        let role = format!(
            "provider \"bluegreen\" {{\n  assume_role = {{\n    role_arn    = \"arn:aws:iam::123456789012:role/deploy\"\n    external_id = var.external_id\n  }}\n  endpoints = {{ sts = \"{sts}\" }}\n}}\n\nvariable \"external_id\" {{\n  sensitive = true\n}}\n"
        );
        let example = |name: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/ecs-existing").join(name));
        let (main, inputs, outputs) = (example("main.tf")?, example("variables.tf")?, example("outputs.tf")?);
        let terraform = Terraform::new(
            &[
                ("main.tf", main.as_str()),
                ("variables.tf", inputs.as_str()),
                ("outputs.tf", outputs.as_str()),
                UNHURRIED,
            ],
            setup.env("TF_VAR_external_id", EXTERNAL_ID),
        )
        .await?;
        // Overrides merge into the example's own provider block.
        let (block, variable) = role.split_once("\n\n").context("two blocks")?;
        terraform.write("role_override.tf", block)?;
        terraform.write("external_id.tf", variable)?;

        let args = ask("v1", "000").args();
        terraform.apply(&refs(&args)).await?.success()?;
        let args = ask("v2", "100").args();
        let plan = terraform.plan(&refs(&args)).await?;
        ensure!(plan.code == 2, "a change was expected:\n{}", plan.text);
        let applied = terraform.apply_plan(&plan).await?.success()?;

        let asked = asked.lock().unwrap().clone();
        ensure!(
            asked.iter().any(|request| request.contains(EXTERNAL_ID) && request.contains("AKIABASE")),
            "the role was not assumed with the keys of the environment: {asked:#?}"
        );
        let trace = fs::read(&log).with_context(|| format!("reading {}", log.display()))?;
        ensure!(
            holds(&trace, "terraform-provider-bluegreen") && holds(&trace, "DescribeRules"),
            "the log says nothing of the provider's calls"
        );
        let mut places = files(&terraform.folder())?;
        places.push(("the log".to_owned(), trace));
        places.push(("the plan's text".to_owned(), plan.text.into_bytes()));
        places.push(("the plan as JSON".to_owned(), plan.json.to_string().into_bytes()));
        places.push(("what the apply said".to_owned(), applied.text().into_bytes()));
        places.push(("the state as JSON".to_owned(), terraform.state().await?.to_string().into_bytes()));
        let mut leaks = Vec::new();
        for (place, content) in &places {
            for (what, secret) in secrets() {
                if holds(content, &secret) {
                    leaks.push(format!("{place} holds {what} ({secret})"));
                }
            }
        }
        if leaks.is_empty() {
            fs::remove_file(&log)?;
        }
        ensure!(leaks.is_empty(), "{leaks:#?}");
        Ok(())
    })
    .await
}
