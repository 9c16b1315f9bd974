//! What stands in a place that ought to be empty, in words for whoever named it.

/// So many tables are named.
pub(crate) const NAMED_MAX: usize = 5;

/// Counts the rows of any table, whoever made it.
#[must_use]
pub(crate) fn counting(table: &str) -> String {
    format!("SELECT COUNT(*) AS found FROM \"{}\"", table.replace('"', "\"\""))
}

/// The first tables with their rows, and how many more there are.
#[must_use]
pub(crate) fn words(counted: &[(String, i64)], tables: usize) -> Vec<String> {
    let mut words: Vec<String> =
        counted.iter().map(|(table, rows)| format!("{table} ({rows} rows)")).collect();
    let more = tables.saturating_sub(counted.len());
    if more > 0 {
        words.push(format!("{more} more tables"));
    }
    words
}
