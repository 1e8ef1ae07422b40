//! The command line: gathers values, calls the stages, prints, picks an exit code. Decides nothing.
