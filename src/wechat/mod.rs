//! The client of the WeChat platform.
