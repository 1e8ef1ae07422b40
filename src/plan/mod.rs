//! What would have to be done, and what it would cost. Pure: no clock, no randomness, no I/O, no resource type by name.
