//! Where the events of an apply go: to the journal, before anything else happens, and to whoever watches.

use super::context::Context;
use crate::model::event::{Event, EventSink, Notice, SinkError};
use crate::model::plan::Plan;
use crate::render::{RenderOptions, stream};
use crate::store::journal::Journal;

/// The journal and the screen.
pub struct Recorder<'a> {
    /// Made durable here.
    pub journal: Journal,
    /// Shown here.
    pub context: &'a Context,
    /// What the notices are about.
    pub plan: &'a Plan,
    /// How they look.
    pub rendering: RenderOptions,
}

impl EventSink for Recorder<'_> {
    fn record(&mut self, events: &[Event]) -> Result<(), SinkError> {
        self.journal.append(events).map_err(|error| SinkError(error.with_cause()))
    }

    fn notice(&mut self, notice: &Notice) {
        self.context.emit(|| stream::notice(notice, self.plan));
        let line = crate::render::apply::progress(notice, self.plan, &self.rendering);
        self.context.print(&format!("{line}\n"));
    }
}
