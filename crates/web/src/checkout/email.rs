//! E-mail addresses as people type them.

/// The longest address (RFC 5321), in bytes.
const ADDRESS_BYTES_MAX: usize = 254;

/// The address without the spaces around it; `None` when it cannot be one. Whether anybody reads what is sent
/// there is not known from its form, so the rules are few.
pub(crate) fn address(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let (name, host) = typed.rsplit_once('@')?;
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '@' | ',' | ';' | '<' | '>');
    let dotted = host.contains('.') && !host.starts_with('.') && !host.ends_with('.');
    let whole = !name.is_empty() && dotted && name.chars().all(plain) && host.chars().all(plain);
    (whole && typed.len() <= ADDRESS_BYTES_MAX).then(|| typed.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_as_they_are_but_for_the_spaces_around_them() {
        assert_eq!(address(" buyer+tea@example.com ").as_deref(), Some("buyer+tea@example.com"));
        assert_eq!(address("имя@пример.рф").as_deref(), Some("имя@пример.рф"));
    }

    #[test]
    fn what_cannot_be_an_address_is_none() {
        let long = format!("{}@example.com", "a".repeat(250));
        for typed in [
            "",
            "buyer",
            "@example.com",
            "buyer@",
            "buyer@host",
            "a b@example.com",
            "a@b@example.com",
            "a@example.com, b@example.com",
            "buyer@.com",
            "buyer@example.",
            &long,
        ] {
            assert_eq!(address(typed), None, "{typed}");
        }
    }
}
