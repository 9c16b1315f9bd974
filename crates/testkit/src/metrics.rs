//! Metrics as a monitoring system reads them: names, labels, numbers.

use std::collections::BTreeSet;

use crate::visitor::client;

/// One look at the metrics of a program.
#[derive(Debug, Clone)]
pub struct Metrics {
    /// The text as it came.
    pub text: String,
}

impl Metrics {
    /// Looks at the metrics of a listener.
    ///
    /// # Panics
    /// When it does not answer.
    pub async fn at(listener: &str) -> Metrics {
        let answer = client().get(format!("{listener}/metrics")).send().await.expect("metrics");
        let kind = answer.headers()["content-type"].to_str().expect("a plain header").to_owned();
        assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
        Metrics { text: answer.text().await.expect("the whole text") }
    }

    /// The sum of all samples of this name whose labels hold every one of these pairs.
    ///
    /// # Panics
    /// When a sample has no number.
    pub fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let samples = self.samples().filter(|(sample, given, _)| {
            let holds = |(label, value): &(&str, &str)| given.contains(&format!("{label}=\"{value}\""));
            *sample == name && labels.iter().all(holds)
        });
        let numbers = samples.map(|(_, _, number)| number.parse::<f64>().expect("a number"));
        numbers.sum()
    }

    /// The names of all families, each as it is declared.
    pub fn families(&self) -> BTreeSet<String> {
        let declared = self.text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
        declared.filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
    }

    /// The names of all samples.
    pub fn names(&self) -> BTreeSet<String> {
        self.samples().map(|(name, _, _)| name.to_owned()).collect()
    }

    fn samples(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        let lines = self.text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        lines.map(|line| {
            let (head, number) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no sample: {line}"));
            let (name, labels) = head.split_once('{').unwrap_or((head, ""));
            (name, labels, number)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_found_by_name_and_labels() {
        let text =
            "# HELP a b\n# TYPE a counter\na_total{x=\"1\",y=\"2\"} 3\na_total{x=\"2\",y=\"2\"} 4\nb 5\n";
        let metrics = Metrics { text: text.to_owned() };
        assert_eq!(metrics.sum("a_total", &[("y", "2")]), 7.0);
        assert_eq!(metrics.sum("a_total", &[("x", "1"), ("y", "2")]), 3.0);
        assert_eq!(metrics.sum("b", &[]), 5.0);
        assert_eq!(metrics.families(), BTreeSet::from(["a".to_owned()]));
    }
}
