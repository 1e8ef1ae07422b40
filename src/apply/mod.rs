//! Executes an approved plan. The only stage that writes to a cloud; decides nothing.
