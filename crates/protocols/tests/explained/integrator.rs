//! An integrator's own code: it writes requests and signs them with digests from a library, never with ours.

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use ripemd::Ripemd160;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use domain::sellers::Algorithm;

/// A small generator of numbers: the same seed makes the same requests everywhere.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    pub fn one_of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }
}

/// The digest of these bytes as hex.
pub fn hash(algorithm: Algorithm, bytes: &[u8]) -> String {
    match algorithm {
        Algorithm::Md5 => hex(&Md5::digest(bytes)),
        Algorithm::Ripemd160 => hex(&Ripemd160::digest(bytes)),
        Algorithm::Sha1 => hex(&Sha1::digest(bytes)),
        Algorithm::Sha256 => hex(&Sha256::digest(bytes)),
        Algorithm::Sha384 => hex(&Sha384::digest(bytes)),
        Algorithm::Sha512 => hex(&Sha512::digest(bytes)),
    }
}

/// HMAC with SHA-256, MD5 or SHA-512, which is what frameworks offer.
pub fn hmac(algorithm: Algorithm, key: &str, text: &str) -> String {
    fn with<M: Mac + KeyInit>(key: &str, text: &str) -> String {
        let mut mac = <M as KeyInit>::new_from_slice(key.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        hex(&mac.finalize().into_bytes())
    }
    match algorithm {
        Algorithm::Md5 => with::<Hmac<Md5>>(key, text),
        Algorithm::Sha512 => with::<Hmac<Sha512>>(key, text),
        _ => with::<Hmac<Sha256>>(key, text),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// PHP's `urlencode`.
pub fn encoded(text: &str) -> String {
    let byte = |b: u8| match b {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(b).to_string(),
        b' ' => "+".to_owned(),
        _ => format!("%{b:02X}"),
    };
    text.bytes().map(byte).collect()
}

/// A payment start: what is sent, and what is signed, each as the integrator's code has them.
#[derive(Clone)]
pub struct Order {
    pub login: String,
    pub sum: String,
    pub number: String,
    /// Slots between the number and the password, as signed.
    pub signed_slots: Vec<String>,
    /// The same as sent, by name.
    pub sent_slots: Vec<(String, String)>,
    /// Custom parameters in the order in which they are sent.
    pub custom: Vec<(String, String)>,
    pub test: bool,
}

impl Order {
    /// An ordinary order.
    pub fn roll(dice: &mut Dice) -> Order {
        let sums = ["100.26", "10.00", "1500.50", "99.90", "2000.00", "5.05"];
        let mut custom: Vec<(String, String)> = Vec::new();
        for name in ["user", "order", "Email", "plan"].iter().take(dice.below(4)) {
            let value = dice.one_of(&["42", "vasya", "a-17", "x.y", "100"]);
            custom.push((format!("Shp_{name}"), value.to_owned()));
        }
        let mut order = Order {
            login: "demoShop".to_owned(),
            sum: dice.one_of(&sums).to_owned(),
            number: (dice.below(90_000) + 1_000).to_string(),
            signed_slots: Vec::new(),
            sent_slots: Vec::new(),
            custom,
            test: dice.below(4) == 0,
        };
        if dice.below(3) == 0 {
            order =
                order.with("SuccessUrl2", "https://shop.test/done?a=1&b=2").with("SuccessUrl2Method", "GET");
        }
        order
    }

    /// With one more value that is sent and signed alike.
    pub fn with(mut self, name: &str, value: &str) -> Order {
        self.sent_slots.push((name.to_owned(), value.to_owned()));
        self.signed_slots.push(value.to_owned());
        self
    }

    /// The custom parameters in the right order, each as `name=value`.
    pub fn tail(&self) -> Vec<String> {
        let mut sorted = self.custom.clone();
        sorted.sort_by_key(|(name, _)| name.to_lowercase());
        sorted.iter().map(|(name, value)| format!("{name}={value}")).collect()
    }

    /// The parts of the right text with this password.
    pub fn parts(&self, password: &str) -> Vec<String> {
        let mut parts = vec![self.login.clone(), self.sum.clone(), self.number.clone()];
        parts.extend(self.signed_slots.iter().cloned());
        parts.push(password.to_owned());
        parts.extend(self.tail());
        parts
    }

    /// The link that is sent, with a signature.
    pub fn link(&self, signature: &str) -> String {
        let mut pairs =
            vec![("MerchantLogin".to_owned(), self.login.clone()), ("OutSum".to_owned(), self.sum.clone())];
        if !self.number.is_empty() {
            pairs.push(("InvId".to_owned(), self.number.clone()));
        }
        pairs.push(("Description".to_owned(), "Оплата заказа".to_owned()));
        pairs.extend(self.sent_slots.iter().cloned());
        pairs.extend(self.custom.iter().cloned());
        if self.test {
            pairs.push(("IsTest".to_owned(), "1".to_owned()));
        }
        pairs.push(("SignatureValue".to_owned(), signature.to_owned()));
        let pairs: Vec<String> =
            pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        format!("https://pay.example/Merchant/Index.aspx?{}", pairs.join("&"))
    }
}
