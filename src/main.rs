//! The program: settings, command line, wiring.

fn main() {}
