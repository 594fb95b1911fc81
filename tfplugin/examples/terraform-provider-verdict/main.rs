//! Resource types made at random, with a default plan and with answers that are wrong at random: what the framework
//! says of each goes to `verdicts.log` in the working folder, and the answer goes to Terraform, which says the same or
//! shows a mistake of ours. Not an example to begin with: that is `note`.
//!
//! `mode` in the working folder says what goes wrong: nothing, `plan`s or `result`s. Started with the argument
//! `config` and a round, it writes the configuration of that round: the seed is the same in all of them.

mod answer;
mod chance;
mod config;
mod shape;

use std::io::Write;
use std::process::ExitCode;

use tfplugin::*;

use crate::chance::Chance;

/// How many resource types there are, and how many objects of each.
const TYPES: u64 = 48;
const OBJECTS: u64 = 10;

fn seed() -> u64 {
    read("seed").trim().parse().unwrap_or(1)
}

fn read(file: &str) -> String {
    std::fs::read_to_string(file).unwrap_or_default()
}

struct Verdict;

struct Random {
    name: String,
    schema: Schema,
}

/// Unknown until it is made.
struct Source;

#[async_trait]
impl DynProvider for Verdict {
    fn type_name(&self) -> &str {
        "verdict"
    }
    fn version(&self) -> &str {
        "0.1.0"
    }
    fn schema(&self) -> Schema {
        Schema::new(0)
    }
    fn resources(&self) -> Vec<Box<dyn DynResource>> {
        let random = (0..TYPES).map(|at| {
            Box::new(Random {
                name: format!("verdict_t{at}"),
                schema: shape::schema(&mut Chance::of(&[seed(), at])),
            }) as Box<dyn DynResource>
        });
        random.chain([Box::new(Source) as Box<dyn DynResource>]).collect()
    }
    async fn configure(&self, _: ConfigureRequest) -> Diagnostics {
        Diagnostics::new()
    }
}

impl Random {
    /// What may go wrong with this object, by its name alone: a plan is a function of its input.
    fn chance(&self, object: &Value, mode: &str) -> Option<Chance> {
        let case = object.get("case").as_i64()?.unsigned_abs();
        (read("mode").trim() == mode).then(|| Chance::of(&[seed(), case, 77]))
    }

    fn made(&self, planned: Value, private: Private) -> ApplyResponse {
        let case = planned.get("case").as_i64().unwrap_or_default().unsigned_abs();
        let mut state = answer::fill(&self.schema, planned, &mut Chance::of(&[seed(), case, 5]));
        if let Some(mut chance) = self.chance(&state, "result") {
            state = answer::mutate(&self.schema, state, None, &mut chance, answer::Open::Never);
        }
        ApplyResponse::new(Some(state), private)
    }
}

#[async_trait]
impl DynResource for Random {
    fn type_name(&self) -> &str {
        &self.name
    }
    fn schema(&self) -> Schema {
        self.schema.clone()
    }
    async fn plan(&self, req: PlanRequest) -> PlanResponse {
        let planned = match self.chance(&req.config, "plan") {
            Some(mut chance) => answer::mutate(
                &self.schema,
                req.proposed,
                req.prior.as_ref(),
                &mut chance,
                answer::Open::Sometimes,
            ),
            None => req.proposed,
        };
        PlanResponse::new(planned, req.private)
    }
    async fn create(&self, req: CreateRequest) -> ApplyResponse {
        self.made(req.planned, req.private)
    }
    async fn update(&self, req: UpdateRequest) -> ApplyResponse {
        self.made(req.planned, req.private)
    }
    async fn delete(&self, req: DeleteRequest) -> ApplyResponse {
        ApplyResponse::new(None, req.private)
    }
    async fn read(&self, req: ReadRequest) -> ReadResponse {
        ReadResponse::new(Some(req.state), req.private)
    }
}

#[async_trait]
impl DynResource for Source {
    fn type_name(&self) -> &str {
        "verdict_source"
    }
    fn schema(&self) -> Schema {
        Schema::new(0)
            .attribute(Attribute::string("text").computed())
            .attribute(Attribute::number("number").computed())
            .attribute(Attribute::list("texts", Type::String).computed())
            .attribute(Attribute::new("any", Type::Dynamic).computed())
    }
    async fn create(&self, req: CreateRequest) -> ApplyResponse {
        let state = Value::object([
            ("text", "made".into()),
            ("number", 7.into()),
            ("texts", Value::list(["one", "two"])),
            ("any", Value::Null),
        ]);
        ApplyResponse::new(Some(state), req.private)
    }
    async fn update(&self, req: UpdateRequest) -> ApplyResponse {
        ApplyResponse::new(Some(req.planned), req.private)
    }
    async fn delete(&self, req: DeleteRequest) -> ApplyResponse {
        ApplyResponse::new(None, req.private)
    }
    async fn read(&self, req: ReadRequest) -> ReadResponse {
        ReadResponse::new(Some(req.state), req.private)
    }
}

/// One line for each answer, also by several processes at once.
fn note(answer: &Value, found: &Diagnostics) {
    let Some(case) = answer.get("case").as_i64() else {
        return;
    };
    let why: Vec<&str> = found.iter().map(|found| found.detail.as_str()).collect();
    let line = format!("{case}\t{}\t{}\n", read("mode").trim(), why.join(" / "));
    let file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open("verdicts.log");
    // A verdict that is missing fails the test.
    let _ = file.and_then(|mut file| file.write_all(line.as_bytes()));
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some("config") {
        let round = arguments.next().and_then(|round| round.parse().ok()).unwrap_or(1);
        let text = config::document(seed(), round).to_string();
        return match std::io::stdout().write_all(text.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        };
    }
    tfplugin::testing::run_judged(Verdict, note).await
}
