//! A seller's people at the command line.

use super::Admin;
use super::reply::Reply;
use super::reply::people::{AdmissionView, PersonLine};
use crate::error::Failure;
use domain::ids::SellerId;
use engine::error::EngineError;
use engine::people::Admission;

/// The login of the first person of a seller.
const FIRST: &str = "admin";
/// So many logins are tried for an organisation whose name others have, too.
const TWINS_MAX: u32 = 100;
/// A login that is made of a name has so many letters at most.
const MADE_CHARS_MAX: usize = 32;

impl Admin<'_> {
    /// Lets the first person of a new seller in.
    pub(super) async fn admit_first(
        &self,
        seller: SellerId,
        name: &str,
        wanted: Option<&str>,
    ) -> Result<AdmissionView, Failure> {
        let person = (FIRST, FIRST);
        if let Some(wanted) = wanted {
            return Ok(told(self.engine.add_person(seller, Some(wanted), person, None).await?));
        }
        let made = made_of(name);
        for place in 1..TWINS_MAX {
            let login = if place == 1 { made.clone() } else { format!("{made}-{place}") };
            match self.engine.add_person(seller, Some(&login), person, None).await {
                Err(EngineError::Refused(domain::decide::Refused::Taken { .. })) => {}
                admitted => return Ok(told(admitted?)),
            }
        }
        Err(Failure::refused(format!("\"{made}\" is taken: name another organisation login")))
    }

    pub(super) async fn create_person(
        &self,
        seller: &str,
        (login, name): (&str, &str),
        organisation: Option<&str>,
    ) -> Result<Reply, Failure> {
        let seller = self.seller_id(seller)?;
        let admitted = self.engine.add_person(seller, organisation, (login, name), None).await?;
        Ok(Reply::Admission(told(admitted)))
    }

    pub(super) async fn reset_password(&self, seller: &str, login: &str) -> Result<Reply, Failure> {
        let seller = self.seller_id(seller)?;
        Ok(Reply::Admission(told(self.engine.reset_password(seller, login).await?)))
    }

    pub(super) async fn list_people(&self, seller: &str) -> Result<Reply, Failure> {
        let seller = self.seller_id(seller)?;
        let organisation = self.engine.store().organisation_of(seller).await?.unwrap_or_default();
        let people = self.engine.store().people_of(seller.book).await?;
        let line = |person: store::people::Person| PersonLine {
            organisation: organisation.clone(),
            login: person.login,
            name: person.name,
            role: person.role.code().to_owned(),
            active: person.active,
        };
        Ok(Reply::People { people: people.into_iter().map(line).collect() })
    }
}

fn told(admission: Admission) -> AdmissionView {
    AdmissionView {
        organisation: admission.organisation,
        login: admission.login,
        password: admission.password.expose().to_owned(),
    }
}

/// A login made of a seller's name: its Latin letters and digits, words joined by hyphens.
fn made_of(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit());
    let made = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
    let made: String = made.chars().take(MADE_CHARS_MAX).collect();
    match made.trim_matches('-') {
        "" => "seller".to_owned(),
        made => made.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_made_of_what_can_be_typed_on_any_keyboard() {
        assert_eq!(made_of("Tea & Shoes, Ltd."), "tea-shoes-ltd");
        assert_eq!(made_of("ООО Ромашка"), "seller");
        assert_eq!(made_of(&"long ".repeat(20)).len(), 32);
    }
}
