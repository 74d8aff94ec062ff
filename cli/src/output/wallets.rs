//! Wallets as a table and as JSON. An unknown balance is `?` and `null`, never 0; addresses only where asked for.

use super::json::{SkippedRow, number, skipped};
use super::money::{amount, cell};
use super::table::{known, right, table, text};
use clore_core::endpoint::wallets::WalletList;
use clore_core::model::{Amount, Rates, Wallet};
use comfy_table::Cell;
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::value::RawValue;

#[derive(Serialize)]
struct WalletRow<'a> {
    coin: String,
    balance: Option<Box<RawValue>>,
    balance_usd: Option<Box<RawValue>>,
    withdrawal_fee: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deposit: Option<&'a str>,
}

#[derive(Serialize)]
struct WalletsDocument<'a> {
    wallets: Vec<WalletRow<'a>>,
    skipped: Vec<SkippedRow>,
    complete: bool,
}

/// `{"wallets": [{"coin", "balance", "balance_usd", "withdrawal_fee"}], "skipped": [..], "complete": true}`; with
/// `deposit` the addresses as well.
pub fn wallets_document(list: &WalletList, rates: &Rates, deposit: bool) -> String {
    let row = |wallet: &'_ Wallet| WalletRow {
        coin: wallet.coin.to_string(),
        balance: number(wallet.balance.as_ref().map(Amount::amount)),
        balance_usd: number(wallet.balance.as_ref().and_then(|balance| usd(balance, rates))),
        withdrawal_fee: number(wallet.withdrawal_fee.as_ref().map(Amount::amount)),
        deposit: None,
    };
    let rows = list.wallets.iter().map(|wallet| {
        let address = wallet.deposit.as_ref().filter(|_| deposit);
        WalletRow { deposit: address.map(|address| address.expose()), ..row(wallet) }
    });
    let document = WalletsDocument {
        wallets: rows.collect(),
        skipped: skipped(&list.skipped),
        complete: list.skipped.count == 0,
    };
    serde_json::to_string(&document).unwrap_or_else(|_| "{}".to_owned())
}

/// The wallets; with `deposit` their addresses as well.
pub fn wallets_table(list: &WalletList, rates: &Rates, deposit: bool) -> String {
    let mut columns = vec!["coin", "balance", "USD", "withdrawal fee"];
    if deposit {
        columns.push("deposit address");
    }
    let mut table = table(&columns);
    for wallet in &list.wallets {
        let dollars = wallet.balance.as_ref().and_then(|balance| usd(balance, rates));
        let mut row = vec![
            Cell::new(cell(&wallet.coin.to_string(), 40)),
            right(known(wallet.balance.as_ref().map(|balance| cell(&balance.amount().to_string(), 40)))),
            right(known(dollars.map(|usd| format!("${}", usd.round_dp(2))))),
            right(known(wallet.withdrawal_fee.as_ref().map(|fee| cell(&amount(fee), 40)))),
        ];
        if deposit {
            let address = wallet.deposit.as_ref().map(|address| cell(address.expose(), 200));
            row.push(Cell::new(known(address)));
        }
        table.add_row(row);
    }
    text(&table)
}

fn usd(balance: &Amount, rates: &Rates) -> Option<Decimal> {
    let worth = rates.usd_for_one(balance.coin())?;
    balance.amount().checked_mul(worth.amount()).map(|usd| usd.normalize())
}
