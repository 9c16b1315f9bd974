//! Exact amounts of money, currencies and rounding.
