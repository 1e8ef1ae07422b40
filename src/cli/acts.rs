//! Acts on the command line: from servers that are named to a plan of what is done to them once.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::args::Consent;
use super::context::Context;
use super::exit::{Exit, Stop};
use super::managed::{self, Managed};
use super::plan::{save, show};
use super::planning::{self, Planned, Wanted};
use super::session::Session;
use super::{apply, places};
use crate::model::act::{Asked, Drafted, What, Wish};
use crate::model::address::{Address, Key};
use crate::model::desired::{Desired, Scope};
use crate::model::live::Live;
use crate::model::plan::Plan;
use crate::model::schema::{Protection, Schemas};
use crate::model::state::Recorded;
use crate::plan;
use crate::render::escape::visible;
use crate::store::plan_file;

/// One act that is asked for.
#[derive(Clone, Debug)]
struct Request {
    scope: Scope,
    asked: Asked,
}

/// Acts of one kind and place, with their names.
type Group<'a> = Vec<(&'a Address, Asked)>;

/// What is to be done, by the name that the plan has for it.
#[derive(Clone, Debug)]
pub struct Acts {
    requests: BTreeMap<Address, Request>,
    /// Tells these acts from the same ones at another time.
    token: String,
}

impl Acts {
    /// The acts of a saved plan.
    pub fn of(plan: &Plan) -> Self {
        let request = |change: &crate::model::plan::Change| {
            let asked = Asked::Again(change.after.clone().unwrap_or_default());
            Some((change.address.clone(), Request { scope: change.scope.clone()?, asked }))
        };
        let token = plan.token.as_deref().unwrap_or_default().to_owned();
        Self { requests: plan.changes.iter().filter_map(request).collect(), token }
    }

    /// One act for each object that protects what is named; for an id that nobody manages, one in each place.
    ///
    /// # Errors
    ///
    /// [`Stop`] where a cloud cannot do it, or nothing is called so.
    fn of_targets(
        session: &Session,
        desired: &Desired,
        targets: &[String],
        what: &What,
    ) -> Result<Self, Stop> {
        let mut wishes: BTreeMap<Address, (Scope, Wish)> = BTreeMap::new();
        for target in targets {
            for (subject, wish) in wishes_of(session, desired, target, what)? {
                let kind = kind(&session.schemas, &subject, what).ok_or_else(|| {
                    let provider = &subject.scope.provider;
                    Stop::with(Exit::Error, format!("error: the provider {provider} cannot do that\n"))
                })?;
                let name = name(kind, &subject);
                match wishes.get_mut(&name) {
                    Some((_, known)) => join(known, wish),
                    None => drop(wishes.insert(name, (subject.scope, wish))),
                }
            }
        }
        let request = |(name, (scope, wish))| (name, Request { scope, asked: Asked::Wish(wish) });
        Ok(Self { requests: wishes.into_iter().map(request).collect(), token: session.context.identifier() })
    }

    /// The plan that does them.
    ///
    /// # Errors
    ///
    /// [`Stop`] with everything that stands against them, or where a read failed.
    pub async fn plan(&self, session: &mut Session) -> Result<Planned, Stop> {
        places::settled(session).await?;
        let mut groups: BTreeMap<(Arc<str>, Scope), Group<'_>> = BTreeMap::new();
        for (address, request) in &self.requests {
            let key = (address.block.kind.clone(), request.scope.clone());
            groups.entry(key).or_default().push((address, request.asked.clone()));
        }
        let (mut drafts, mut objections) = (BTreeMap::new(), Vec::new());
        for ((kind, scope), group) in groups {
            let (addresses, asked): (Vec<&Address>, Vec<Asked>) = group.into_iter().unzip();
            for (address, draft) in addresses.into_iter().zip(drafted(session, &kind, &scope, &asked).await?)
            {
                match draft {
                    Ok(draft) => drop(drafts.insert(address.clone(), (scope.clone(), draft))),
                    Err(why) => {
                        objections.extend(why.iter().map(|why| format!("error: {}", visible(&why.0))));
                    }
                }
            }
        }
        if !objections.is_empty() {
            // What was approved cannot be done any more: the world has changed, and not what was asked for.
            let is_approved = self.requests.values().any(|request| matches!(request.asked, Asked::Again(_)));
            let exit = if is_approved { Exit::Stale } else { Exit::Error };
            return Err(Stop::with(exit, objections.join("\n") + "\nNothing was changed.\n"));
        }
        let plan = plan::acts(drafts, &self.token);
        let digest = plan::fingerprint(&plan_file::redacted(&plan));
        Ok(Planned { live: Live::default(), plan, digest })
    }
}

/// What a provider makes of what it is asked for, each with the reason where it can't.
async fn drafted(
    session: &Session,
    kind: &str,
    scope: &Scope,
    asked: &[Asked],
) -> Result<Vec<Drafted>, Stop> {
    let cloud = session.clouds.find(&scope.provider).ok_or_else(|| {
        Stop::with(
            Exit::Error,
            format!("error: there is no provider {} in the configuration\n", scope.provider),
        )
    })?;
    cloud.draft(kind, scope, asked).await.map_err(|error| Stop::error(&error))
}

/// What a target means: an object as a whole, or servers, each with the object that protects it.
fn wishes_of(
    session: &Session,
    desired: &Desired,
    target: &str,
    what: &What,
) -> Result<Vec<(Managed, Wish)>, Stop> {
    let wish = |servers: Vec<String>, whole: bool, object: Option<Arc<str>>| Wish {
        servers,
        whole,
        object,
        what: what.clone(),
    };
    let whole = |(address, recorded): (&Address, &Recorded)| {
        let servers = managed::servers(&session.schemas, address, &recorded.values);
        let server = servers.first().cloned().unwrap_or_default();
        let subject = Managed { address: Some(address.clone()), server, scope: recorded.scope.clone() };
        (subject, wish(servers, true, Some(recorded.id.clone())))
    };
    let named = |(address, _): &(&Address, &Recorded)| {
        managed::is_called(address, target)
            && session
                .schemas
                .resource(address.kind())
                .and_then(|schema| schema.protection)
                .is_some_and(|protection| act(protection, what).is_some())
    };
    let objects: Vec<_> = session.memory.state.resources.iter().filter(named).map(whole).collect();
    if !objects.is_empty() {
        return Ok(objects);
    }
    let servers = managed::chosen(session, desired, &[target.to_owned()])?;
    let of = |managed: Managed| {
        let recorded =
            managed.address.as_ref().and_then(|address| session.memory.state.resources.get(address));
        let wish = wish(vec![managed.server.clone()], false, recorded.map(|recorded| recorded.id.clone()));
        (managed, wish)
    };
    Ok(servers.into_iter().map(of).collect())
}

/// Two wishes for one object are one.
fn join(known: &mut Wish, more: Wish) {
    known.whole |= more.whole;
    for server in more.servers {
        if !known.servers.contains(&server) {
            known.servers.push(server);
        }
    }
}

/// The act of a type that does this.
fn act(protection: Protection, what: &What) -> Option<&'static str> {
    match what {
        What::Backup(_) => protection.backup,
        What::Restore(_) => protection.restore,
    }
}

/// The act that does this to the backups of a server.
fn kind(schemas: &Schemas, managed: &Managed, what: &What) -> Option<&'static str> {
    let own = managed.address.as_ref().and_then(|address| schemas.resource(address.kind()));
    let of_provider =
        schemas.resources.values().copied().filter(|s| *s.provider == *managed.scope.provider.name);
    let schemas = own.into_iter().chain(of_provider);
    schemas.filter_map(|schema| schema.protection).find_map(|protection| act(protection, what))
}

/// What the plan calls it: like the object that protects the server, or else by the server's id.
fn name(kind: &str, managed: &Managed) -> Address {
    let mut address = match &managed.address {
        Some(address) => address.clone(),
        None => crate::model::address::BlockAddress::managed(kind, &*managed.server).instance(Key::None),
    };
    address.block.kind = kind.into();
    address
}

/// Plans acts for servers; saves the plan where asked to, or else asks and does it.
///
/// # Errors
///
/// [`Stop`] where nothing was changed, with the reason.
pub async fn run(
    context: &Context,
    mut session: Session,
    targets: &[String],
    what: &What,
    out: Option<&Path>,
    consent: &Consent,
) -> Result<Exit, Stop> {
    let evaluated = places::settled(&mut session).await?;
    let wanted = Wanted::Acts(Acts::of_targets(&session, &evaluated.0, targets, what)?);
    let Some(path) = out else { return apply::fresh(context, session, &wanted, consent, None).await };
    let planned = planning::plan(&mut session, &wanted).await?;
    show(context, &session, &planned);
    save(context, &session, &planned, path)?;
    session.close().await;
    Ok(if planned.plan.blocked().next().is_some() { Exit::Error } else { Exit::Success })
}
