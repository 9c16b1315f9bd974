//! What the pages show that belong to no state of a payment: a refused request, and the way back.

/// A request of a shop that was refused at a merchant's door. It is shown to the buyer, who cannot cure
/// it, so it names what the shop's owner needs.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The protocol's number of the error.
    pub number: u16,
    /// What the number means, in the kinds that we have words for.
    pub kind: RefusedKind,
    /// The parameter that it is about, as the shop spelt it.
    pub parameter: Option<String>,
    /// What is wrong with the signature of a rehearsal, as far as that is known.
    pub explained: Option<Explained>,
}

/// What explains a signature that does not fit. It holds no secret and no digest.
#[derive(Clone, Debug)]
pub struct Explained {
    /// Each mistake with its cure, in the page's language.
    pub mistakes: Vec<String>,
    /// What should have been signed, the password masked.
    pub expected: Option<String>,
    /// What was signed instead, the password masked, if that is known.
    pub signed: Option<String>,
}

/// The kinds of refusal that have words of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RefusedKind {
    /// The shop has no test settings.
    NoTestSettings,
    /// The shop is not activated.
    Inactive,
    /// There is no such shop.
    UnknownShop,
    /// The signature does not fit.
    Signature,
    /// The order's number or another parameter is malformed.
    Parameter,
    /// The sum is missing, zero or malformed.
    Sum,
    /// The time for payment is over.
    Over,
    /// Repeated charges are not offered.
    Recurring,
    /// The number is already paid.
    AlreadyPaid,
    /// Holds are not offered.
    Hold,
    /// A parameter asks for what does not exist here.
    NotOffered,
    /// Nobody has said what the currency of the price is worth.
    NoRate,
    /// The operation could not be started.
    NotStarted,
}

/// The way back to the shop where it needs a page of its own.
#[derive(Clone, Debug)]
pub struct Leave {
    /// Where it leads; an absolute http or https address.
    pub target: String,
    /// The fields that the shop gets by POST; nothing when it is a plain link.
    pub fields: Option<Vec<(String, String)>>,
    /// Whether the host is one of the shop's own. The page goes by itself only if it is.
    pub known: bool,
}
