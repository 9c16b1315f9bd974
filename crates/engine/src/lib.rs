//! Use cases: reads what is needed, submits a command, acts on the answer.
