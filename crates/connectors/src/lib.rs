//! Upstream payment providers: calls built and answers read, nothing sent.
