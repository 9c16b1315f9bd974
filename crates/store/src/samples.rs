//! Records that tests save.
