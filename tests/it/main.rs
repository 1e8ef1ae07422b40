//! Tests of the whole: the house rules, and the real program against the emulator.

mod acts;
mod adopt;
mod apply;
mod capture;
mod cli;
mod cloud;
mod cloud_huawei;
mod console;
mod examples;
mod fmt;
mod hcl;
mod huawei;
mod json_syntax;
mod language;
mod policies;
mod reports;
mod reports_huawei;
mod sdk;
mod stream;
mod support;
mod terraform;
mod terraform_calls;
mod testing;
mod tidy;
mod weaknesses;
