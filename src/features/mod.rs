//! What the product does, one folder a noun.

pub mod accounts;
pub mod audit;
pub mod callback;
<<<<<<< HEAD
pub mod overview;
=======
pub mod media;
>>>>>>> media
pub mod people;
pub mod tokens;
