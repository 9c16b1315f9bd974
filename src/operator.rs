//! Who sits at the keyboard: the name under which the history remembers a command.

use std::os::unix::fs::MetadataExt;

/// Where the system says to whom a process belongs.
const OWN_PROCESS: &str = "/proc/self";
/// Where the system lists its users.
const USERS: &str = "/etc/passwd";

/// The system's name of the user that runs this program.
///
/// The process is asked before the environment, for anybody can change what `USER` says.
#[must_use]
pub fn name() -> String {
    let number = std::fs::metadata(OWN_PROCESS).ok().map(|process| process.uid());
    let users = std::fs::read_to_string(USERS).unwrap_or_default();
    let known = number.and_then(|number| named(&users, number));
    known
        .or_else(|| std::env::var("USER").ok().filter(|name| !name.is_empty()))
        .or_else(|| number.map(|number| format!("user {number}")))
        .unwrap_or_else(|| "unknown".to_owned())
}

fn named(users: &str, number: u32) -> Option<String> {
    let number = number.to_string();
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == number).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_number() {
        let users = "root:x:0:0:root:/root:/bin/bash\nanna:x:1000:1000::/home/anna:/bin/sh\nbroken\n";
        assert_eq!(named(users, 1000).as_deref(), Some("anna"));
        assert_eq!(named(users, 7), None);
    }

    #[test]
    fn everybody_has_a_name() {
        assert!(!name().is_empty());
    }
}
