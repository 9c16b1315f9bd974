//! Indexes that PostgreSQL has otherwise than the migrations say, so that a look-up by key never goes through them.
//!
//! While a table is small, every index costs the same, and a plan that is made then stays until statistics are
//! collected. An index that begins with the book and ends with the number answers `number = $1 AND book = $2`
//! as well as the key does then, and later reads all of a book for it. An index with a condition is used only
//! where the statement says what the condition says: lists do, look-ups by key do not.

/// The step of the schema with which they came.
pub(super) const STEP: u32 = 15;

/// The indexes anew. `state = 'paid'` says that there is a state; a list of notices says `number > 0`.
pub(super) const ANEW: &str = "\
    DROP INDEX payments_by_state; \
    CREATE INDEX payments_by_state ON payments (book, state, number) WHERE state IS NOT NULL; \
    DROP INDEX notices_of_book; \
    CREATE INDEX notices_of_book ON notices (book, number) WHERE number > 0; ";
