//! Plug.
