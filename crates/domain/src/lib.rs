//! The business: pure decisions over plain records.
