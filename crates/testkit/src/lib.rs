//! What tests share: running programs, receivers, clients.
