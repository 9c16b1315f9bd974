//! Imitation providers and shops for demo and tests.
