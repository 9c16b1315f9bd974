//! The list of all connectors: a provider that is not here does not exist.

use crate::connector::Connector;
use crate::rehearsal::Rehearsal;
use crate::yookassa::YooKassa;

static ALL: &[&dyn Connector] = &[&YooKassa, &Rehearsal];

/// Every connector, in the order in which settings pages list them.
#[must_use]
pub fn all() -> &'static [&'static dyn Connector] {
    ALL
}

/// The connector of this name, as an account's settings write it.
///
/// ```
/// use connectors::registry;
/// assert_eq!(registry::find("yookassa").map(|found| found.profile().title), Some("YooKassa"));
/// assert!(registry::find("acmepay").is_none());
/// ```
#[must_use]
pub fn find(name: &str) -> Option<&'static dyn Connector> {
    all().iter().copied().find(|connector| connector.profile().name == name)
}
