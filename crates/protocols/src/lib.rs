//! Merchant dialects: fields in, one order out.
