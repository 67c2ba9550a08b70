//! frontend/link
