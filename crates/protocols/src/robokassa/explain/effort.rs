//! How much work the search for a mistake may cause.

/// How much work one search may cause.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Effort {
    /// So many texts are hashed at most.
    pub candidates: usize,
    /// So many bytes are hashed at most.
    pub bytes: usize,
}

impl Effort {
    /// For pages that anybody can call up: all single mistakes and the likeliest pairs.
    pub const QUICK: Effort = Effort { candidates: 3_000, bytes: 2_097_152 };
    /// For the shop's owner: all pairs of an ordinary request, well below a second.
    pub const THOROUGH: Effort = Effort { candidates: 80_000, bytes: 67_108_864 };
}
