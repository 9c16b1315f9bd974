//! The only SQL: the writer, its backends, and queries.
