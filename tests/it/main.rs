//! Tests of the whole: the house rules, and the real program against the emulator.

mod acts;
mod adopt;
mod apply;
mod cli;
mod cloud;
mod cloud_huawei;
mod console;
mod examples;
mod fmt;
mod hcl;
mod huawei;
mod huawei_documented;
mod huawei_hard;
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
mod tidy;
mod weaknesses;
