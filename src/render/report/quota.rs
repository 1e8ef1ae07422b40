//! `backform quota`: what is protected, what of it is free, what is billed.

use serde::Serialize;

use super::table::{Cell, table};
use crate::model::report::Usage;
use crate::render::RenderOptions;
use crate::render::theme::{Label, Text};
use crate::render::words;

/// What one account protects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The provider configuration that speaks for it.
    pub provider: String,
    /// What it protects.
    pub usage: Usage,
}

/// For people.
pub fn text(accounts: &[Account], options: &RenderOptions) -> String {
    let mut text = Text::default();
    for (index, account) in accounts.iter().enumerate() {
        if index > 0 {
            text.newline();
        }
        of(&mut text, account);
    }
    text.finish(options)
}

fn of(text: &mut Text, Account { provider, usage }: &Account) {
    text.line(Label::Bold, provider);
    let fact = |name: &str, cell: Cell| vec![Cell::new(Label::Muted, name), cell];
    let what = if usage.free.is_some() { "disks" } else { "backups" };
    let used = format!("{}, {what} of {}", words::size(usage.used), servers(usage.servers));
    let billed = if usage.billed() > 0 { Label::Changed } else { Label::Plain };
    let left = usage.free.map(|_| fact("left", Cell::plain(words::size(usage.left()))));
    let first = [
        fact(
            "free",
            usage.free.map_or_else(
                || Cell::plain("nothing"),
                |free| {
                    Cell::plain(format!("{}, for the whole account, all regions together", words::size(free)))
                },
            ),
        ),
        fact("used", Cell::plain(used)),
    ];
    let last = fact("billed", Cell::new(billed, words::size(usage.billed())));
    let facts: Vec<Vec<Cell>> = first.into_iter().chain(left).chain([last]).collect();
    table(text, "  ", &[], &facts);
    if !usage.regions.is_empty() {
        text.newline();
        let row = |of: &crate::model::report::RegionUsage| {
            vec![
                Cell::plain(&of.region),
                Cell::plain(of.servers.to_string()),
                Cell::plain(words::size(of.used)),
            ]
        };
        let rows: Vec<Vec<Cell>> = usage.regions.iter().map(row).collect();
        table(text, "  ", &["REGION", "SERVERS", "USED"], &rows);
    }
}

fn servers(number: u64) -> String {
    words::count(usize::try_from(number).unwrap_or(usize::MAX), "server")
}

/// For programs.
pub fn json(accounts: &[Account]) -> String {
    #[derive(Serialize)]
    struct Body<'a> {
        accounts: Vec<AccountJson<'a>>,
    }
    #[derive(Serialize)]
    struct AccountJson<'a> {
        provider: &'a str,
        free_bytes: Option<u64>,
        used_bytes: u64,
        left_bytes: u64,
        billed_bytes: u64,
        servers: u64,
        regions: Vec<RegionJson<'a>>,
    }
    #[derive(Serialize)]
    struct RegionJson<'a> {
        region: &'a str,
        used_bytes: u64,
        servers: u64,
    }
    let accounts = accounts.iter().map(|Account { provider, usage }| {
        let regions = usage.regions.iter();
        let regions =
            regions.map(|of| RegionJson { region: &of.region, used_bytes: of.used, servers: of.servers });
        AccountJson {
            provider,
            free_bytes: usage.free,
            used_bytes: usage.used,
            left_bytes: usage.left(),
            billed_bytes: usage.billed(),
            servers: usage.servers,
            regions: regions.collect(),
        }
    });
    super::json(&Body { accounts: accounts.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::report::RegionUsage;

    fn account() -> Account {
        let region = RegionUsage { region: "cn-hangzhou".into(), used: 140 << 30, servers: 1 };
        let usage = Usage { free: Some(100 << 30), used: 140 << 30, servers: 1, regions: vec![region] };
        Account { provider: "alicloud".into(), usage }
    }

    #[test]
    fn what_is_billed_is_worked_out() {
        assert_eq!(
            text(&[account()], &RenderOptions::default()),
            "alicloud\n  free    100 GiB, for the whole account, all regions together\n  used    140 GiB, disks of 1 \
             server\n  left    0 B\n  billed  40 GiB\n\n  REGION       SERVERS  USED\n  cn-hangzhou  1        140 GiB\n"
        );
    }

    #[test]
    fn programs_get_bytes() {
        assert_eq!(
            json(&[account()]),
            "{\"format_version\":\"1.0\",\"accounts\":[{\"provider\":\"alicloud\",\"free_bytes\":107374182400,\
             \"used_bytes\":150323855360,\"left_bytes\":0,\"billed_bytes\":42949672960,\"servers\":1,\"regions\":[{\
             \"region\":\"cn-hangzhou\",\"used_bytes\":150323855360,\"servers\":1}]}]}\n"
        );
    }
}
