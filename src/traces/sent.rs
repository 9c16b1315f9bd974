//! Spans on their way: OTLP over gRPC, in batches, beside the work and never in its way.

use super::Spans;
use crate::error::ProgramError;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use std::time::Duration;
use tracing::{Level, Metadata};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;

/// The collector is given this long for a batch …
const BATCH_WITHIN: Duration = Duration::from_secs(5);
/// … and for the last one, when the program ends.
const LAST_WITHIN: Duration = Duration::from_secs(5);
/// Rooms whose spans are sent.
const ROOMS: [&str; 4] = ["openkassa", "web", "engine", "store"];

/// What sends spans.
pub struct Sender(SdkTracerProvider);

impl Sender {
    /// Sends to a collector. Nobody is asked yet: a collector that is away costs spans and nothing else.
    ///
    /// # Errors
    /// [`ProgramError::Settings`] when the address cannot be used.
    pub fn to(endpoint: &str) -> Result<(Spans, Sender), ProgramError> {
        let exporter =
            SpanExporter::builder().with_tonic().with_endpoint(endpoint).with_timeout(BATCH_WITHIN);
        let exporter = exporter
            .build()
            .map_err(|error| ProgramError::Settings(format!("traces_endpoint: {endpoint}: {error}")))?;
        let resource = Resource::builder()
            .with_service_name("openkassa")
            .with_attribute(opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let provider =
            SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build();
        let spans = tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("openkassa"))
            .with_location(false)
            .with_threads(false)
            .with_filter(filter_fn(is_sent));
        Ok((spans.boxed(), Sender(provider)))
    }

    /// Sends the last batch.
    pub async fn end(self) {
        // It waits for the collector, and whoever carries the bytes must go on meanwhile.
        let ended = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(LAST_WITHIN)).await;
        if let Ok(Err(error)) = ended {
            tracing::warn!(%error, "the last spans were not sent");
        }
    }
}

/// Our own spans, and no log lines: these may tell what strangers have said.
fn is_sent(metadata: &Metadata<'_>) -> bool {
    let room = metadata.target().split("::").next().unwrap_or_default();
    metadata.is_span() && *metadata.level() <= Level::DEBUG && ROOMS.contains(&room)
}
