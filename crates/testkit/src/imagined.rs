//! A world around the engine without sockets, threads of its own or real time: one seed, one story.
//!
//! The clock stands still until a test moves it, the network leads to the simulators' pure machines, and
//! work is done in an order that repeats. Only the store is the real one, in a folder of its own.

pub mod audit;
pub mod clock;
pub mod network;
pub mod provider;
pub mod scenes;
pub mod shop;
pub mod world;
