//! Where the events of an apply go: to the journal, before anything else happens, and to whoever watches.

use super::context::Context;
use super::progress::Bars;
use crate::model::event::{Event, EventSink, Notice, Phase, SinkError};
use crate::model::plan::Plan;
use crate::render::{RenderOptions, stream};
use crate::store::journal::Journal;

/// The journal and the screen.
pub struct Recorder<'a> {
    /// Made durable here.
    pub journal: Journal,
    /// Shown here.
    context: &'a Context,
    /// What the notices are about.
    plan: &'a Plan,
    /// How they look.
    rendering: RenderOptions,
    bars: Bars,
}

impl<'a> Recorder<'a> {
    /// Begins with an empty screen.
    pub fn new(journal: Journal, context: &'a Context, plan: &'a Plan, rendering: RenderOptions) -> Self {
        Self { journal, context, plan, rendering, bars: Bars::default() }
    }
}

impl EventSink for Recorder<'_> {
    fn record(&mut self, events: &[Event]) -> Result<(), SinkError> {
        self.journal.append(events).map_err(|error| SinkError(error.with_cause()))
    }

    fn notice(&mut self, notice: &Notice) {
        self.context.emit(|| stream::notice(notice, self.plan));
        match &notice.phase {
            Phase::Under(progress) if self.context.stderr_is_terminal => {
                return self.bars.show(&notice.address, progress);
            }
            Phase::Done | Phase::Failed(_) => self.bars.end(&notice.address),
            // The bar says it already.
            Phase::Waiting if self.bars.is_shown(&notice.address) => return,
            Phase::Started | Phase::Waiting | Phase::Under(_) => {}
        }
        let line = crate::render::apply::progress(notice, self.plan, &self.rendering);
        self.bars.aside(|| self.context.print(&format!("{line}\n")));
    }
}
