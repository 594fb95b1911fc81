//! Log lines as Terraform reads them: one JSON object per event on stderr, at the level it was asked for.
//!
//! Silent unless a variable asks. Never redacts: whoever logs a secret has logged a secret.

mod line;
#[cfg(test)]
mod tests;

use std::io::Write;

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

pub(crate) use line::{Fields, render};

/// Transports that would drown a provider's own lines.
const NOISY: [&str; 6] = ["h2", "hyper", "hyper_util", "rustls", "tonic", "tower"];

/// Sends the process's events to Terraform. Does nothing if the process already logs somewhere else.
pub(crate) fn start(level: LevelFilter) {
    let noisy = NOISY.map(|target| (target, level.min(LevelFilter::WARN)));
    let filter = Targets::new().with_default(level).with_targets(noisy);
    let subscriber = tracing_subscriber::registry().with(ToTerraform.with_filter(filter));
    // Taken already means the program has its own subscriber, which is its right.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// The level asked for: by provider, for all providers, for everything. Unset is silence.
pub(crate) fn level(provider: &str, variable: impl Fn(&str) -> Option<String>) -> LevelFilter {
    let own = format!("TF_LOG_PROVIDER_{}", provider.to_uppercase().replace('-', "_"));
    let asked = [own.as_str(), "TF_LOG_PROVIDER", "TF_LOG"];
    let asked = asked
        .into_iter()
        .find_map(|name| variable(name).filter(|value| !value.is_empty()));
    match asked.map(|level| level.to_uppercase()).as_deref() {
        // A word Terraform does not know means everything to it.
        Some("OFF") | None => LevelFilter::OFF,
        Some("ERROR") => LevelFilter::ERROR,
        Some("WARN") => LevelFilter::WARN,
        Some("INFO") => LevelFilter::INFO,
        Some("DEBUG") => LevelFilter::DEBUG,
        Some(_) => LevelFilter::TRACE,
    }
}

struct ToTerraform;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for ToTerraform {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &tracing::Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in context
            .event_scope(event)
            .into_iter()
            .flat_map(|scope| scope.from_root())
        {
            if let Some(outer) = span.extensions().get::<Fields>() {
                fields.extend(outer);
            }
        }
        event.record(&mut fields);
        let mut line = render(event.metadata(), fields, jiff::Timestamp::now());
        line.push('\n');
        // In one write, so that lines of several threads do not mix. A closed stderr is nobody to tell.
        let _ = std::io::stderr().lock().write_all(line.as_bytes());
    }
}
