//! What is: the objects of the clouds, read just now.

use std::collections::{BTreeMap, BTreeSet};
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

/// A rule of a vendor that a change, or the server that it is about, breaks.
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
    /// It is worth knowing, and stands in nobody's way.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_warns: bool,
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
    /// What was found out for objects that change, by address.
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

/// What is to be done to an object that is checked against live facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// It is made anew, perhaps in the place of another.
    Make,
    /// It is changed and stays itself.
    Change,
    /// It is deleted.
    Delete,
}

/// An object that is to be made, changed or deleted, and whether it may be is to be checked against live facts.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its address, which the answer is keyed by.
    pub address: Address,
    /// Where it lives or will live.
    pub scope: Scope,
    /// What is to be done.
    pub intent: Intent,
    /// What it will be; what it is, where it is deleted.
    pub values: Object,
    /// The object as it is: the one that is changed, deleted or replaced.
    pub live: Option<LiveObject>,
    /// What other objects of the plan let go and it takes over, by id.
    pub joining: BTreeSet<Arc<str>>,
}

/// How much of an object is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Everything but what belongs to these members, which go elsewhere.
    AllBut(BTreeSet<Arc<str>>),
    /// What belongs to these members.
    Members(BTreeSet<Arc<str>>),
}

/// An object of which something is about to be lost.
#[derive(Clone, Debug)]
pub struct Stake {
    /// The object as it is.
    pub object: LiveObject,
    /// How much of it.
    pub extent: Extent,
    /// What it will be; `None` where it goes.
    pub after: Option<Object>,
}

impl Candidate {
    /// One that is to be made and takes nothing from others.
    pub fn to_be_made(address: Address, scope: Scope, values: Object) -> Self {
        Self { address, scope, intent: Intent::Make, values, live: None, joining: BTreeSet::new() }
    }
}

impl Stake {
    /// An object that goes with everything in it.
    pub fn whole(object: LiveObject) -> Self {
        Self { object, extent: Extent::AllBut(BTreeSet::new()), after: None }
    }
}
