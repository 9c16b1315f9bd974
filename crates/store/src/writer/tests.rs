//! The writer, driven step by step.
