//! The live part of the composer.
