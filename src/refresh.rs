//! Reads the live objects that [`Desired`](crate::model) and the state speak of.
