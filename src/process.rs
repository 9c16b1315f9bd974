//! What the system says of this process: memory and open files, and how many of these it may have.

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::registry::Registry;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::fmt;
use web::listening::CONNECTIONS_MAX;

/// Open files that are not connections of strangers: the books, calls out, commands. On a system that
/// allows few, half of them.
const OTHER_FILES: usize = 1_024;

/// Registers what the system says of this process, and which program it is.
pub fn register(registry: &mut Registry) {
    let build: Family<[(&'static str, &'static str); 1], Gauge> = Family::default();
    build.get_or_create(&[("version", env!("CARGO_PKG_VERSION"))]).set(1);
    registry.register("openkassa_build", "The version that runs", build);
    registry.register_collector(Box::new(Process));
}

/// Takes as many open files as the system allows and returns how many of them may be connections.
pub fn connections() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::info!(%error, "the number of open files stays as it is");
    }
    let files = getrlimit(Resource::Nofile).current;
    let files = files.and_then(|files| usize::try_from(files).ok()).unwrap_or(usize::MAX);
    share(files)
}

/// So many of the files that the process may open may be connections.
fn share(files: usize) -> usize {
    let half = files.checked_div(2).unwrap_or(files);
    files.saturating_sub(OTHER_FILES).max(half).clamp(1, CONNECTIONS_MAX)
}

/// Read anew at each look.
#[derive(Debug)]
struct Process;

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let numbers = [
            ("process_resident_memory_bytes", "Memory that the process holds", resident_bytes()),
            ("process_open_fds", "Files and connections that the process has open", open_files()),
        ];
        for (name, help, number) in numbers {
            // A system that does not say leaves a gap, not a zero.
            let Some(number) = number else { continue };
            let encoder = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
            ConstGauge::new(number).encode(encoder)?;
        }
        Ok(())
    }
}

fn resident_bytes() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1_024)
}

fn open_files() -> Option<i64> {
    i64::try_from(std::fs::read_dir("/proc/self/fd").ok()?.count()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_for_everything_else() {
        assert_eq!(share(1_024), 512);
        assert_eq!(share(4_096), 3_072);
        assert_eq!(share(usize::MAX), CONNECTIONS_MAX);
        assert_eq!(share(0), 1);
    }

    #[test]
    fn a_running_process_has_memory_and_open_files() {
        assert!(resident_bytes().unwrap() > 1_000_000);
        assert!(open_files().unwrap() > 2);
    }
}
