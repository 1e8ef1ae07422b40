//! Files: state, saved plans, the audit log, locks. Every format has a version.
