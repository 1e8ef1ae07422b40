//! `backform restore`

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::acts;
use super::args::{ConflictPolicy, Global, RestoreArgs};
use super::context::Context;
use super::exit::{Exit, Stop};
use super::session::Session;
use crate::model::act::{Conflict, Origin, RestoreWish, What};
use crate::store::lock::Access;

/// Restores one server, disk or desktop, or files of it.
///
/// # Errors
///
/// [`Stop`] where nothing was begun, with the reason.
pub async fn run(context: &Context, global: &Global, args: &RestoreArgs) -> Result<Exit, Stop> {
    let wish = RestoreWish {
        from: origin(&args.from),
        include: args.include.clone(),
        target: args.to_instance.clone(),
        path: args.to_path.clone(),
        conflict: args.conflict.map(|policy| match policy {
            ConflictPolicy::Skip => Conflict::Skip,
            ConflictPolicy::Overwrite => Conflict::Overwrite,
        }),
        disks: args.disks.clone(),
        stays_off: args.no_power_on,
    };
    let session = Session::open(context, global, Access::Write, "restore", None).await?;
    let (targets, what) = ([args.target.clone()], What::Restore(wish));
    acts::run(context, session, &targets, &what, args.deferred.out.as_deref(), &args.consent).await
}

/// Which recovery point is meant. A time without a zone is UTC, as all times that backform prints.
fn origin(text: &str) -> Origin {
    if text == "latest" {
        return Origin::Latest;
    }
    let zoned = text.parse::<Timestamp>().ok();
    let plain = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|time| time.timestamp());
    zoned.or_else(plain).map_or_else(|| Origin::Id(text.to_owned()), |time| Origin::By(time.as_second()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_point_is_named_by_a_word_a_time_or_its_id() {
        let check = |text: &str, expected: Origin| assert_eq!(origin(text), expected, "{text}");
        check("latest", Origin::Latest);
        check("s-000abc", Origin::Id("s-000abc".to_owned()));
        check("2026-11-20T02:14:00Z", Origin::By(1_763_604_840 + 365 * 86_400));
        check("2026-11-20T10:14:00+08:00", Origin::By(1_763_604_840 + 365 * 86_400));
        check("2026-11-20 02:14", Origin::By(1_763_604_840 + 365 * 86_400));
        check("2026-11-20", Origin::By(1_763_596_800 + 365 * 86_400));
    }
}
