//! Long work shows on standard error that it goes on: a spinner on a terminal, a line every ten seconds elsewhere.

use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::context::Context;
use crate::model::act::Progress;
use crate::model::address::Address;
use crate::render::escape::visible;

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

/// A bar on a terminal for each piece of work that says how far it is.
#[derive(Default)]
pub struct Bars {
    screen: MultiProgress,
    bars: BTreeMap<Address, ProgressBar>,
}

impl Bars {
    /// Shows how far a piece of work is.
    pub fn show(&mut self, address: &Address, progress: &Progress) {
        const WHOLE: u64 = 10_000;
        let bar = self.bars.entry(address.clone()).or_insert_with(|| {
            let style = ProgressStyle::with_template("{prefix} [{bar:30}] {percent:>3} %  {msg}  {elapsed}");
            let bar = self.screen.add(ProgressBar::new(WHOLE));
            bar.set_style(style.expect("the template is one of ours").progress_chars("=> "));
            bar.set_prefix(visible(&address.to_string()).into_owned());
            bar.enable_steady_tick(Duration::from_millis(500));
            bar
        });
        bar.set_message(visible(&format!("{} {}", progress.id, progress.status)).into_owned());
        bar.set_position(progress.done.unwrap_or(0).min(WHOLE));
    }

    /// Whether a piece of work has a bar.
    pub fn is_shown(&self, address: &Address) -> bool {
        self.bars.contains_key(address)
    }

    /// Takes the bar of a piece of work away.
    pub fn end(&mut self, address: &Address) {
        if let Some(bar) = self.bars.remove(address) {
            bar.finish_and_clear();
        }
    }

    /// Does something to the screen while no bar is on it.
    pub fn aside(&self, print: impl FnOnce()) {
        self.screen.suspend(print);
    }
}

fn spinning(words: &str) -> ProgressBar {
    let spinner = ProgressBar::new_spinner();
    let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}");
    spinner.set_style(style.expect("the template is one of ours").tick_chars("-\\|/ "));
    spinner.set_message(words.to_owned());
    spinner.enable_steady_tick(Duration::from_millis(120));
    spinner
}
