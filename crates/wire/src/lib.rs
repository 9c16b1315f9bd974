//! HTTP messages, forms and digests as plain values.
