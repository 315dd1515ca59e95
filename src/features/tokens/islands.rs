//! Islands.
