//! Long work shows on standard error that it goes on: a spinner on a terminal, a line every ten seconds elsewhere.

use std::future::Future;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::context::Context;

/// Work that is done sooner is not worth a word on a terminal.
const SHORT: Duration = Duration::from_millis(400);

/// How often a log hears that work goes on.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// Waits for work, and shows that it goes on. `words` continue "still": "reading the clouds".
pub async fn watched<T>(context: &Context, words: &str, work: impl Future<Output = T>) -> T {
    tokio::pin!(work);
    let first = if context.stderr_is_terminal { SHORT } else { HEARTBEAT };
    let mut seconds = 0;
    let mut spinner: Option<ProgressBar> = None;
    let mut pause = first;
    let done = loop {
        tokio::select! {
            done = &mut work => break done,
            () = tokio::time::sleep(pause) => {
                pause = HEARTBEAT;
                if context.stderr_is_terminal {
                    spinner.get_or_insert_with(|| spinning(words));
                } else {
                    seconds += HEARTBEAT.as_secs();
                    context.tell(&format!("still {words} after {seconds} s\n"));
                }
            }
        }
    };
    if let Some(spinner) = spinner {
        spinner.finish_and_clear();
    }
    done
}

fn spinning(words: &str) -> ProgressBar {
    let spinner = ProgressBar::new_spinner();
    let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}");
    spinner.set_style(style.expect("the template is one of ours"));
    spinner.set_message(words.to_owned());
    spinner.enable_steady_tick(Duration::from_millis(120));
    spinner
}
