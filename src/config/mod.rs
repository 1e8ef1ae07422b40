//! HCL text to [`Desired`](crate::model): blocks, variables, references, expansion. Knows nothing of state and clouds.
