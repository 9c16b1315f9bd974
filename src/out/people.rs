//! A seller's people as people read them.

use super::table::{Fields, Table};
use super::yes;
use crate::admin::reply::people::{AdmissionView, PersonLine};

pub(super) fn admission(view: &AdmissionView) -> String {
    let mut fields = Fields::new();
    fields.add("organisation login", &view.organisation);
    fields.add("personal login", &view.login);
    fields.add("password", format!("{}  (shown this once)", view.password));
    fields.to_string()
}

pub(super) fn people(all: &[PersonLine]) -> String {
    let mut table = Table::new(&["organisation", "login", "name", "role", "may sign in"]);
    for person in all {
        table.row([&person.organisation, &person.login, &person.name, &person.role, yes(person.active)]);
    }
    table.to_string()
}
