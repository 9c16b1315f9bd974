//! What the demo tells whoever started it, in Russian or English.

use super::scenery::Keys;
use std::path::Path;

/// The language of the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tongue {
    Russian,
    English,
}

impl Tongue {
    /// As the environment says, in the order that the system gives its variables.
    #[must_use]
    pub fn of_environment() -> Tongue {
        let named = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(|name| std::env::var(name).ok());
        Tongue::of(named)
    }

    fn of(mut named: impl Iterator<Item = String>) -> Tongue {
        match named.find(|name| !name.is_empty()) {
            Some(name) if name.starts_with("ru") => Tongue::Russian,
            Some(_) | None => Tongue::English,
        }
    }
}

/// What is told.
pub(super) struct Told<'a> {
    /// The program as it was typed, for commands that can be copied.
    pub(super) program: &'a str,
    pub(super) url: &'a str,
    pub(super) shop: &'a str,
    pub(super) provider: &'a str,
    pub(super) data: &'a Path,
    /// Whether the folder goes away with the demo.
    pub(super) passing: bool,
    pub(super) keys: &'a Keys,
}

impl Told<'_> {
    pub(super) fn text(&self, tongue: Tongue) -> String {
        match tongue {
            Tongue::Russian => self.russian(),
            Tongue::English => self.english(),
        }
    }

    fn english(&self) -> String {
        let Told { program, url, shop, provider, keys, .. } = self;
        let data = self.data.display();
        let fate = if self.passing { " (goes away with the demo; --data DIR keeps one)" } else { "" };
        format!(
            "OpenKassa demo. Ctrl+C stops it; no real money moves.\n\
             \n\
             \x20 1. Open the shop and buy something   {shop}\n\
             \x20 2. Choose how to pay                 on the page that opens\n\
             \x20 3. Say what the bank says            at the simulated YooKassa, {provider}\n\
             \x20 4. Watch the shop being told         {shop}\n\
             \n\
             Aggregator   {url}\n\
             Data folder  {data}{fate}\n\
             Your client  login {login}, digest SHA-256, passwords {p1} and {p2},\n\
             \x20            in test mode {t1} and {t2}\n\
             \n\
             In another terminal:\n\
             \x20 {program} payment list --data {data}\n\
             \x20 {program} seller show --shop {login} --data {data}\n\
             \x20 {program} books check --data {data}\n",
            login = keys.login,
            p1 = keys.password1,
            p2 = keys.password2,
            t1 = keys.test_password1,
            t2 = keys.test_password2,
        )
    }

    fn russian(&self) -> String {
        let Told { program, url, shop, provider, keys, .. } = self;
        let data = self.data.display();
        let fate = if self.passing {
            " (исчезнет вместе с демо; --data DIR сохраняет)"
        } else {
            ""
        };
        format!(
            "Демо OpenKassa. Ctrl+C завершает; настоящие деньги не движутся.\n\
             \n\
             \x20 1. Откройте магазин и купите что-нибудь   {shop}\n\
             \x20 2. Выберите способ оплаты                 на открывшейся странице\n\
             \x20 3. Решите, что ответит банк               в имитации ЮKassa, {provider}\n\
             \x20 4. Посмотрите, что узнал магазин          {shop}\n\
             \n\
             Агрегатор     {url}\n\
             Папка данных  {data}{fate}\n\
             Ваш клиент    логин {login}, хэш SHA-256, пароли {p1} и {p2},\n\
             \x20             в тестовом режиме {t1} и {t2}\n\
             \n\
             В другом терминале:\n\
             \x20 {program} payment list --data {data}\n\
             \x20 {program} seller show --shop {login} --data {data}\n\
             \x20 {program} books check --data {data}\n",
            login = keys.login,
            p1 = keys.password1,
            p2 = keys.password2,
            t1 = keys.test_password1,
            t2 = keys.test_password2,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::{Book, Id, ProviderAccountId};

    #[test]
    fn the_first_variable_that_says_something_chooses_the_language() {
        let of = |names: &[&str]| Tongue::of(names.iter().map(|name| (*name).to_owned()));
        assert_eq!(of(&["", "ru_RU.UTF-8", "en_US"]), Tongue::Russian);
        assert_eq!(of(&["C", "ru_RU.UTF-8"]), Tongue::English);
        assert_eq!(of(&[]), Tongue::English);
    }

    #[test]
    fn both_languages_say_where_to_click_and_what_to_type() {
        let keys = Keys {
            account: ProviderAccountId::new(Book::PLATFORM, 1),
            login: "demo".to_owned(),
            password1: "fake1".to_owned(),
            password2: "fake2".to_owned(),
            test_password1: "fake3".to_owned(),
            test_password2: "fake4".to_owned(),
            password3: None,
        };
        let told = Told {
            program: "target/release/openkassa",
            url: "http://127.0.0.1:1",
            shop: "http://127.0.0.1:2",
            provider: "http://127.0.0.1:3",
            data: Path::new("/tmp/x"),
            passing: true,
            keys: &keys,
        };
        for text in [told.text(Tongue::English), told.text(Tongue::Russian)] {
            for said in [
                "127.0.0.1:1",
                "127.0.0.1:2",
                "127.0.0.1:3",
                "/tmp/x",
                "fake1",
                "fake4",
                "target/release/openkassa books check",
            ] {
                assert!(text.contains(said), "{said} in {text}");
            }
        }
    }
}
