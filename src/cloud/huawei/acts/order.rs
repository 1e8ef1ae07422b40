//! What is to be restored, before any live fact is known.

use std::collections::BTreeSet;

use super::restore::Sort;
use crate::cloud::huawei::resources::words;
use crate::model::act::{Asked, Conflict, Objection, Origin, RestoreWish, What};
use crate::model::value::{Object, Value};

/// A restore that somebody asks for.
pub struct Order {
    /// Whose data: the server, disk, file system, desktop or file client that the backup is of.
    pub source: String,
    /// Out of which backup.
    pub from: Origin,
    /// To what; to the source where left out.
    pub target: Option<String>,
    /// Which disk of the backup goes to which disk of the target; those that are not named find their own.
    pub disks: Vec<(String, String)>,
    /// Into which directory, for files.
    pub path: Option<String>,
    /// The target stays shut down.
    pub stays_off: bool,
}

impl Order {
    /// The order, or all that is wrong with its form.
    pub fn of(asked: &Asked) -> Result<Self, Vec<Objection>> {
        match asked {
            Asked::Again(values) => Ok(Self::of_values(values)),
            Asked::Wish(wish) => match &wish.what {
                What::Restore(restore) => Self::of_wish(&wish.servers, restore),
                What::Backup(_) => Err(vec![Objection("a backup is no restore".to_owned())]),
            },
        }
    }

    fn of_wish(servers: &[String], wish: &RestoreWish) -> Result<Self, Vec<Objection>> {
        let mut against = Vec::new();
        let mut say = |text: String| against.push(Objection(text));
        if servers.len() > 1 {
            say(format!(
                "a restore is of one resource, and the vault has {}; name one of them: {}",
                servers.len(),
                servers.join(", ")
            ));
        }
        if servers.is_empty() {
            say("a restore is of one resource: name the server, disk or desktop by its id".to_owned());
        }
        if !wish.include.is_empty() {
            say("backups of Huawei Cloud are restored whole; leave `--include` out".to_owned());
        }
        if wish.conflict == Some(Conflict::Skip) {
            say("a restore overwrites what is there, and the service cannot skip any of it; leave `--conflict` out"
                .to_owned());
        }
        let mut taken = BTreeSet::new();
        for (_, to) in &wish.disks {
            if !taken.insert(to) {
                say(format!("two disks of the backup cannot go to the one disk {to}"));
            }
        }
        // Source: CBR API v3, "Restoring Data Using a Backup", `destination_path`: 1 to 255 characters.
        if let Some(path) = &wish.path
            && !(1..=255).contains(&path.chars().count())
        {
            say("`--to-path` has 1 to 255 characters".to_owned());
        }
        let order = Self {
            source: servers.first().cloned().unwrap_or_default(),
            from: wish.from.clone(),
            target: wish.target.clone(),
            disks: wish.disks.clone(),
            path: wish.path.clone(),
            stays_off: wish.stays_off,
        };
        if against.is_empty() { Ok(order) } else { Err(against) }
    }

    /// The order that a planned act was made of.
    pub fn of_values(values: &Object) -> Self {
        let text = |name: &str| words::text(values, name).map(str::to_owned);
        let mapping = |value: &Value| {
            let mapping = value.as_object()?;
            Some((
                words::text(mapping, "backup_id")?.to_owned(),
                words::text(mapping, "volume_id")?.to_owned(),
            ))
        };
        let details = words::elements(values, "details").first().and_then(Value::as_object);
        Self {
            source: text("source_id").unwrap_or_default(),
            from: Origin::Id(text("backup_id").unwrap_or_default()),
            target: Sort::TARGETS.iter().find_map(|name| text(name)),
            disks: words::elements(values, "mappings").iter().filter_map(mapping).collect(),
            path: details.and_then(|details| words::text(details, "destination_path")).map(str::to_owned),
            stays_off: words::flag(values, "power_on") == Some(false),
        }
    }

    /// What is restored to.
    pub fn target(&self) -> &str {
        self.target.as_deref().unwrap_or(&self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::act::Wish;

    #[test]
    fn what_is_wrong_with_the_form_is_said_all_at_once() {
        let check = |servers: &[&str], change: fn(&mut RestoreWish), expected: &[&str]| {
            let mut restore = RestoreWish::default();
            change(&mut restore);
            let servers = servers.iter().map(ToString::to_string).collect();
            let wish = Wish { servers, whole: false, object: None, what: What::Restore(restore) };
            let against = Order::of(&Asked::Wish(wish)).err().unwrap_or_default();
            assert_eq!(against.len(), expected.len(), "{against:?}");
            assert!(
                against.iter().zip(expected).all(|(one, expected)| one.0.contains(expected)),
                "{against:?}"
            );
        };
        check(&["a"], |_| (), &[]);
        check(&["a"], |wish| wish.conflict = Some(Conflict::Overwrite), &[]);
        check(&["a", "b"], |_| (), &["name one of them: a, b"]);
        check(&[], |_| (), &["by its id"]);
        check(&["a"], |wish| wish.include = vec!["/x".to_owned()], &["`--include`"]);
        check(&["a"], |wish| wish.path = Some("p".repeat(256)), &["1 to 255"]);
        let twice = |wish: &mut RestoreWish| {
            wish.conflict = Some(Conflict::Skip);
            wish.disks = vec![("s".to_owned(), "t".to_owned()), ("u".to_owned(), "t".to_owned())];
        };
        check(&["a"], twice, &["cannot skip", "the one disk t"]);
    }
}
