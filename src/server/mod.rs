//! The composition root: commands, the router, the layers around it, and how it all starts and stops.

mod account_book;
pub mod app;
pub mod assets;
pub mod backup;
pub mod commands;
pub mod demo;
pub mod frame;
pub mod front;
pub mod h5_demo;
pub mod join;
pub mod listen;
mod load;
pub mod openapi;
pub mod ops;
pub mod preferences;
pub mod router;
pub mod run;
pub mod sandbox;
pub mod security;
mod setup_tries;
pub mod site;
pub mod telemetry;
