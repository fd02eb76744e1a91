//! polyrpc.
