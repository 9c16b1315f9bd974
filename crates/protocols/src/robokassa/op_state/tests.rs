//! What a reply must look like.
