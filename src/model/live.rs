//! What is: the objects of the clouds, read just now.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::address::Address;
use super::desired::{ProviderKey, Scope};
use super::report::Usage;
use super::risk::{Evidence, RiskKind};
use super::value::Object;

/// One object of a cloud.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveObject {
    /// Its id in the cloud, `plan-000abc`.
    pub id: Arc<str>,
    /// The value of the schema's identity argument, where the type has one.
    pub identity: Option<Arc<str>>,
    /// All attributes of the schema except those that only the user gives; observed ones where they were asked for.
    pub values: Object,
}

/// A step for a whole account that must come before some changes, such as opening a service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Preparation {
    /// For which account.
    pub provider: ProviderKey,
    /// The provider's name for the step, `open-cloud-backup`.
    pub name: Arc<str>,
    /// What it does, in words that continue "will": "open the Cloud Backup service for the account".
    pub title: Arc<str>,
    /// What that means, as a sentence: "It cannot be closed again."
    pub consequence: Arc<str>,
    /// The consent that it needs.
    pub risk: RiskKind,
    /// The resource types whose creation waits for it.
    pub needed_by: Vec<Arc<str>>,
}

/// A rule of a vendor that an object to be created, or its server, breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// The vendor's name for the rule: "Data Volume > 2 TB".
    pub rule: String,
    /// What was found, and why it matters, as sentences.
    pub reason: String,
    /// What the vendor recommends instead, as a sentence.
    pub alternative: String,
    /// The argument that says or could say otherwise.
    pub attribute: Option<String>,
    /// The line of configuration that accepts the risk; `None` where nobody can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acceptance: Option<String>,
    /// The configuration holds the sentence that accepts the risk.
    pub acknowledged: bool,
}

/// What was found out of the server of an object that is to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// The vendor's rules that it breaks.
    pub gates: Vec<Gate>,
    /// Bytes that it will count in the account's quota, where that is known.
    pub bytes: Option<u64>,
}

/// Everything that was read for one plan.
#[derive(Clone, Debug, Default)]
pub struct Live {
    /// The objects behind the addresses of the state, as far as they exist.
    pub objects: BTreeMap<Address, LiveObject>,
    /// Objects that nobody recorded but that are what some address desires, by that address.
    pub unmanaged: BTreeMap<Address, LiveObject>,
    /// Steps that are still to be done for the accounts that were read.
    pub preparations: Vec<Preparation>,
    /// What would be lost with an object, by address; read only for objects at stake.
    pub evidence: BTreeMap<Address, Evidence>,
    /// What was found out for objects to be created, by address.
    pub judgements: BTreeMap<Address, Judgement>,
    /// What the accounts protect and what of it is free; read only where a plan changes that.
    pub usage: BTreeMap<ProviderKey, Usage>,
}

/// What a listing of one type in one scope brought.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// All objects of the type.
    pub objects: Vec<LiveObject>,
    /// Steps that the account still needs before any can be created.
    pub preparations: Vec<Preparation>,
}

/// A desired object whose eligibility is to be checked against live facts.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its address, which the answer is keyed by.
    pub address: Address,
    /// Where it will live.
    pub scope: Scope,
    /// What is desired.
    pub values: Object,
}
