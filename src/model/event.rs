//! What happens during an apply, in the order in which it happens. Each event is on disk before the next step.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::act::Progress;
use super::address::Address;
use super::desired::{ProviderKey, Scope};
use super::state::{OpenIntent, Operation, Recorded, RecordedOutput, State};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum Event {
    /// The run begins to write for this account.
    Account {
        /// The provider configuration.
        provider: ProviderKey,
        /// The account's id.
        account: String,
    },
    /// An operation will be sent.
    Intent(OpenIntent),
    /// An operation took effect, and the object was read back.
    Done {
        /// The object.
        address: Address,
        /// Which operation.
        operation: Operation,
        /// What the state keeps of it from now on; `None` where it is gone.
        recorded: Option<Recorded>,
    },
    /// An operation failed.
    Failed {
        /// The object.
        address: Address,
        /// Which operation.
        operation: Operation,
        /// Why, as the user reads it.
        error: String,
        /// What the state keeps of it from now on. `None` leaves the state as it was.
        recorded: Option<Recorded>,
        /// The operation may have taken effect all the same: its intent stays open for the next run.
        unknown: bool,
    },
    /// The object is no longer remembered; the cloud is not asked.
    Forgotten {
        /// The object.
        address: Address,
    },
    /// The object is remembered as it was found.
    Refreshed {
        /// The object.
        address: Address,
        /// What the state keeps; `None` where it is gone.
        recorded: Option<Recorded>,
    },
    /// An open intent of an earlier run was found out.
    Settled {
        /// The object.
        address: Address,
    },
    /// An output has a new value.
    Output {
        /// Its name.
        name: Arc<str>,
        /// Its value; `None` where it is gone.
        value: Option<RecordedOutput>,
    },
}

impl State {
    /// Takes in what happened. The journal of an interrupted run is replayed with this very function.
    pub fn take(&mut self, event: &Event) {
        match event {
            Event::Account { provider, account } => {
                self.accounts.insert(provider.clone(), account.clone());
            }
            Event::Intent(intent) => {
                self.settle(&intent.address, Some(intent.operation));
                self.open_intents.push(intent.clone());
            }
            Event::Done { address, operation, recorded } => {
                self.settle(address, Some(*operation));
                self.keep(address, recorded.clone());
            }
            Event::Failed { address, operation, recorded, unknown, .. } => {
                if !unknown {
                    self.settle(address, Some(*operation));
                }
                if recorded.is_some() {
                    self.keep(address, recorded.clone());
                }
            }
            Event::Forgotten { address } => self.keep(address, None),
            Event::Refreshed { address, recorded } => self.keep(address, recorded.clone()),
            Event::Settled { address } => self.settle(address, None),
            Event::Output { name, value } => {
                match value {
                    Some(value) => self.outputs.insert(name.clone(), value.clone()),
                    None => self.outputs.remove(name),
                };
            }
        }
    }

    fn keep(&mut self, address: &Address, recorded: Option<Recorded>) {
        match recorded {
            Some(recorded) => self.resources.insert(address.clone(), recorded),
            None => self.resources.remove(address),
        };
    }

    fn settle(&mut self, address: &Address, operation: Option<Operation>) {
        self.open_intents.retain(|intent| {
            intent.address != *address || operation.is_some_and(|operation| intent.operation != operation)
        });
    }
}

impl OpenIntent {
    /// An intent to do a step for a whole account; it has no object, so the step's name stands for one.
    pub fn preparation(provider: &ProviderKey, name: &str) -> Self {
        Self {
            address: preparation_address(provider, name),
            scope: Scope { provider: provider.clone(), region: "".into() },
            operation: Operation::Prepare,
            id: None,
            identity: None,
        }
    }
}

/// The name under which the step for a whole account stands in the log.
pub fn preparation_address(provider: &ProviderKey, name: &str) -> Address {
    let block = super::address::BlockAddress::managed(provider.name.clone(), name);
    block.instance(provider.alias.clone().map_or(super::address::Key::None, super::address::Key::Name))
}

/// Where events go. Nothing more is sent to a cloud once an event could not be recorded.
pub trait EventSink {
    /// Makes the events durable, all of them or an error.
    ///
    /// # Errors
    ///
    /// When they could not be written; the text says why.
    fn record(&mut self, events: &[Event]) -> Result<(), SinkError>;

    /// Tells somebody who watches; never durable, never fails.
    fn notice(&mut self, notice: &Notice);
}

/// Progress that is worth showing and not worth keeping.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// The object.
    pub address: Address,
    /// Its id, where it has one.
    pub id: Option<Arc<str>>,
    /// Which operation.
    pub operation: Operation,
    /// How far it is.
    pub phase: Phase,
    /// Since the operation began.
    pub elapsed: std::time::Duration,
}

/// How far an operation is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It begins now.
    Started,
    /// It goes on.
    Waiting,
    /// The cloud says how far it is.
    Under(Progress),
    /// It took effect.
    Done,
    /// It failed, with this text.
    Failed(String),
}

/// Events could not be made durable.
#[derive(Debug, thiserror::Error)]
#[error("failed to record what happens ({0}); nothing more was sent")]
pub struct SinkError(pub String);
