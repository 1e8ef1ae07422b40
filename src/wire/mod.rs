//! Bodies exactly as the clouds send them: shapes only, shared by client and emulator.

pub mod alibaba;
pub mod huawei;
