//! Wallets, and the proofs of holding.

use crate::json::Json;
use crate::rule::{ListRead, Model, Row, Told, harms, row, rows_of_a_list};
use crate::rules;
use crate::shapes::{always, booleans, coin, date, decimals, integers, spelled, word, words};
use clore_core::endpoint::poh_balance::PohBalance;
use clore_core::endpoint::wallets::Wallets;
use clore_core::endpoint::{Endpoint, Reader};
use clore_core::error::DecodeError;
use clore_core::limits::Caps;
use clore_core::model::poh::PohItem;
use clore_core::model::{Amount, Wallet};
use clore_core::secret::Secret;
use clore_core::wire::rows::SkippedRows;
use proptest::prelude::*;
use proptest::sample::select;

fn amount(amount: &Option<Amount>) -> Option<String> {
    amount.as_ref().map(|amount| amount.amount().normalize().to_string())
}

fn secret(secret: &Option<Secret>) -> Option<String> {
    secret.as_ref().map(|secret| secret.expose().to_owned())
}

fn places(skipped: &SkippedRows) -> Vec<usize> {
    skipped.named.iter().map(|row| row.index).collect()
}

fn wallet(wallet: &Wallet) -> Told {
    Told::new([
        ("coin", Some(wallet.coin.wire_name().to_owned())),
        ("balance", amount(&wallet.balance)),
        ("deposit", secret(&wallet.deposit)),
        ("withdrawal_fee", amount(&wallet.withdrawal_fee)),
    ])
}

const WALLET: Model<DecodeError> =
    Model { decode: |raw| Wallet::decode(raw).map(|read| wallet(&read)), is_named: true };

fn wallet_list(body: &[u8]) -> ListRead {
    let mut reader = Wallets.reader(&Caps::default());
    let _ = reader.push(body);
    let list = reader.finish().into_value().unwrap();
    ListRead { read: list.wallets.iter().map(wallet).collect(), skipped: places(&list.skipped) }
}

fn wallets() -> impl Strategy<Value = Row> {
    let name = (select(vec!["name", "currency"]), coin()).prop_map(|(key, (coin, spelling))| {
        (vec![(key, Json::text(spelling))], vec![("coin", coin.to_owned())])
    });
    let address = word().prop_map(|text| (text.clone(), Json::text(text)));
    let mut groups = vec![always(&["coin"], name)];
    groups.push(spelled("deposit", &["deposit", "deposit_address"], address));
    groups.extend(decimals(&["balance", "withdrawal_fee"]));
    row(groups)
}

rules!(wallet_of_wallets, WALLET, wallets(), wallet_list, "wallets");

fn proof(item: &PohItem) -> Told {
    Told::new([
        ("user", item.user.map(|user| user.to_string())),
        ("address", secret(&item.address)),
        ("signature", secret(&item.signature)),
        ("message", secret(&item.message)),
        ("created", item.created.map(|time| time.seconds().to_string())),
        ("last_check", item.last_check.map(|time| time.seconds().to_string())),
        ("unique", item.unique.map(|yes| yes.to_string())),
        ("remove", item.remove.map(|yes| yes.to_string())),
        ("status", item.status.clone()),
        ("balance", amount(&item.balance)),
    ])
}

const PROOF: Model<DecodeError> =
    Model { decode: |raw| PohItem::decode(raw).map(|read| proof(&read)), is_named: false };

fn proof_list(body: &[u8]) -> ListRead {
    let mut reader = PohBalance.reader(&Caps::default());
    let _ = reader.push(body);
    let list = reader.finish().into_value().unwrap();
    ListRead { read: list.items.iter().map(proof).collect(), skipped: places(&list.skipped) }
}

fn proofs() -> impl Strategy<Value = Row> {
    let seconds = || date().prop_map(|(seconds, json)| (seconds.to_string(), json));
    let mut groups =
        vec![spelled("created", &["created"], seconds()), spelled("last_check", &["last_check"], seconds())];
    groups.extend(words(&["address", "signature", "message", "status"]));
    groups.extend(integers(&["user"]));
    groups.extend(booleans(&["unique", "remove"]));
    groups.extend(decimals(&["balance"]));
    row(groups)
}

rules!(proof_of_holding, PROOF, proofs(), proof_list, "items");
