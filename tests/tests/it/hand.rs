//! What a hand does to AWS behind Terraform's back. The order checker blames nobody for it.

use crate::stage::Stage;
use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

impl Stage<'_> {
    /// Moves traffic behind everybody's back.
    pub async fn by_hand(&self, (blue, green): (u64, u64)) -> Result<()> {
        let rule = self.service_rule()?;
        let arn = rule["RuleArn"].as_str().context("a rule has an ARN")?;
        let group = |name: &str| self.world.target_group_arn(name);
        let (which, action) = match rule["IsDefault"] == true {
            true => {
                let listener = self.world.listener_arn()?;
                (
                    format!("Action=ModifyListener&ListenerArn={listener}"),
                    "DefaultActions.member.1",
                )
            }
            false => (format!("Action=ModifyRule&RuleArn={arn}"), "Actions.member.1"),
        };
        let tuple = format!("{action}.ForwardConfig.TargetGroups.member");
        let form = format!(
            "{which}&Version=2015-12-01&{action}.Type=forward\
             &{tuple}.1.TargetGroupArn={}&{tuple}.1.Weight={blue}&{tuple}.2.TargetGroupArn={}&{tuple}.2.Weight={green}",
            group("web-blue")?,
            group("web-green")?,
        );
        self.call(&form).await
    }

    /// One Query call to the sandbox, made by the test itself: the order checker blames nobody for it.
    pub async fn call(&self, form: &str) -> Result<()> {
        self.post("content-type: application/x-www-form-urlencoded", form)
            .await
    }

    /// The same for ECS, which speaks JSON.
    pub async fn call_ecs(&self, action: &str, input: &str) -> Result<()> {
        let target = format!("x-amz-target: AmazonEC2ContainerServiceV20141113.{action}");
        self.post(
            &format!("content-type: application/x-amz-json-1.1\r\n{target}"),
            input,
        )
        .await
    }

    async fn post(&self, headers: &str, body: &str) -> Result<()> {
        let begin = self.world.next_seq();
        let endpoint = self.world.sandbox().endpoint();
        let host = endpoint.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).await?;
        let length = body.len();
        let request = format!(
            "POST / HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{headers}\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        ensure!(
            answer.starts_with("HTTP/1.1 200"),
            "{body} was refused:\n{answer}"
        );
        self.hands.lock().unwrap().push(begin..self.world.next_seq());
        Ok(())
    }
}
