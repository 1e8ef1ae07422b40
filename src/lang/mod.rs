//! The language by itself: text to expressions, expressions to values. Knows nothing of blocks' meaning, resources, files.
