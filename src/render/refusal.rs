//! What is said around consent: prompts, refusals with the exact command that would give it, a plan that went stale.

/// A word for a POSIX shell: as it is where that is safe, in single quotes otherwise.
pub fn shell(word: &str) -> String {
    let is_safe = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(is_safe) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
