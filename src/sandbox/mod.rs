//! A simulator of the WeChat platform.
