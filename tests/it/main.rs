//! Tests of the whole: the house rules, and the real program against the emulator.

mod cloud;
mod support;
mod tidy;
