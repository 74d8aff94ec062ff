//! Making a market from a seed. Each field is drawn by stratified ranks, so its distribution is that of the
//! recording for every seed; prices follow what a server holds.

use super::ACCOUNT;
use super::distribution as recorded;
use super::draw::{decimals, deck, rank_of, ranks, ranks_with_zeros_of, rising};
use super::gpu_models::{GPU_MODELS, GpuModel, RTX_4090};
use super::listing::{Listing, Price};
use super::row::{Parts, listing};
use crate::coin::Coin;
use crate::json_text::{Object, eight_decimals};
use crate::random::Random;

/// A market this large has a free server of the account's own, and some on gigaspot: one in a hundred, at least two.
const LARGE_ENOUGH: usize = 10;
const GIGASPOT_SHARE: usize = 100;
/// api-facts 6: of 3,500 servers 1,583 were free.
const FREE_SHARE: f64 = 1583.0 / 3500.0;
/// api-facts 6: the share without a rating, and the share whose network was not measured.
const UNRATED: f64 = 0.1297;
const UNMEASURED: f64 = 0.0148;
/// The promise to every user of a generated market: a 4090 for at most this, USD per day, with at least this.
const GOOD_PRICE: f64 = 0.80 * 24.0;
const GOOD_RELIABILITY: f64 = 0.85;

struct Draft {
    model: &'static GpuModel,
    count: u64,
    clore: f64,
    bitcoin: f64,
    reliability: f64,
    rented: bool,
    gigaspot: bool,
}

pub(super) fn generate(seed: u64, servers: usize) -> (Vec<Listing>, Vec<u64>) {
    let mut random = Random::new(seed ^ 0x6d61_726b_6574);
    let mut drafts = drafts(&mut random, servers);
    let good = keep_the_promise(&mut drafts);
    let own =
        drafts.iter().enumerate().position(|(at, draft)| draft.rented && Some(at) != good).or_else(|| {
            // No server is rented in so small a market: the last one but the good offer becomes the account's own.
            (0..drafts.len()).rev().find(|at| Some(*at) != good)
        });
    if let Some(own) = own {
        drafts[own].rented = true;
    }
    let free = set_some_apart(&mut drafts, good);
    let ids = ids(&mut random, servers);
    let own: Vec<usize> = own.into_iter().chain(free).collect();
    let listings = rows(&mut random, &drafts, &ids, &own);
    (listings, own.into_iter().map(|at| ids[at]).collect())
}

/// Chooses a free server to be the account's own, and some for gigaspot: of those on the dear side that are no 4090, so
/// that no search for a good offer finds them first.
fn set_some_apart(drafts: &mut [Draft], good: Option<usize>) -> Option<usize> {
    if drafts.len() < LARGE_ENOUGH {
        return None;
    }
    let dear = |draft: &Draft| draft.clore >= 0.5 && draft.model.name != RTX_4090.name;
    let fit = (0..drafts.len()).filter(|at| !drafts[*at].rented && Some(*at) != good && dear(&drafts[*at]));
    let mut fit: Vec<usize> = fit.collect();
    let own = fit.pop();
    let wanted = (drafts.len() / GIGASPOT_SHARE).max(2);
    for at in fit.iter().step_by((fit.len() / wanted).max(1)).take(wanted) {
        drafts[*at].gigaspot = true;
    }
    own
}

fn drafts(random: &mut Random, servers: usize) -> Vec<Draft> {
    let weights: Vec<u32> = GPU_MODELS.iter().map(|model| model.servers).collect();
    let models: Vec<&'static GpuModel> =
        deck(random, &weights, servers).into_iter().map(|at| &GPU_MODELS[at]).collect();

    let weights: Vec<u32> = recorded::GPU_COUNTS.iter().map(|(_, weight)| *weight).collect();
    let mut counts: Vec<u64> =
        deck(random, &weights, servers).into_iter().map(|at| recorded::GPU_COUNTS[at].0).collect();
    counts.sort_unstable();
    let crowding: Vec<f64> =
        models.iter().map(|model| model.per_server * (0.3 + 1.4 * random.unit())).collect();
    let mut count_of = vec![1; servers];
    for (place, server) in rising(&crowding).into_iter().enumerate() {
        count_of[server] = counts[place];
    }

    // What a server holds says roughly what it costs; hosts differ, and some ask anything (api-facts 6).
    let worth: Vec<f64> = models
        .iter()
        .zip(&count_of)
        .map(|(model, count)| {
            let noise = random.unit() + random.unit() + random.unit() - 1.5;
            let fancy = if random.unit() < 0.04 { 4.0 } else { 0.0 };
            (model.worth * *count as f64).ln() + 0.9 * noise + fancy
        })
        .collect();
    let second_opinion: Vec<f64> = worth.iter().map(|worth| worth + 0.3 * (random.unit() - 0.5)).collect();
    let clore = rank_of(&worth);
    let bitcoin = rank_of(&second_opinion);
    let reliability = ranks(random, servers);
    let free = (servers as f64 * FREE_SHARE).round() as usize;
    let mut rented: Vec<bool> = (0..servers).map(|at| at >= free).collect();
    random.shuffle(&mut rented);

    (0..servers)
        .map(|at| Draft {
            model: models[at],
            count: count_of[at],
            clore: clore[at],
            bitcoin: bitcoin[at],
            reliability: decimals(recorded::RELIABILITY.at(reliability[at]), 4),
            rented: rented[at],
            gigaspot: false,
        })
        .collect()
}

/// Sees to it that there is a free, reliable and affordable RTX 4090; says which.
fn keep_the_promise(drafts: &mut [Draft]) -> Option<usize> {
    let is_4090 = |draft: &Draft| draft.model.name == RTX_4090.name;
    let good = drafts.iter().position(|draft| {
        let prices = prices(draft);
        is_4090(draft)
            && !draft.rented
            && draft.reliability >= GOOD_RELIABILITY
            && Coin::ALL.iter().all(|coin| {
                prices[coin.index()].on_demand.is_some_and(|price| price * coin.usd() <= GOOD_PRICE)
            })
    });
    if good.is_some() || drafts.is_empty() {
        return good;
    }
    let at = drafts.iter().position(is_4090).unwrap_or(0);
    drafts[at] = Draft {
        model: RTX_4090,
        count: 1,
        clore: 0.4,
        bitcoin: 0.4,
        reliability: 0.9973,
        rented: false,
        gigaspot: false,
    };
    Some(at)
}

/// api-facts 5: coin per day for the whole server. Every server is priced in all three coins.
fn prices(draft: &Draft) -> [Price; 3] {
    let clore = |price: f64| decimals(price, if price < 10.0 { 2 } else { 1 });
    Coin::ALL.map(|coin| match coin {
        Coin::Bitcoin => Price {
            on_demand: Some(eight_decimals(recorded::ON_DEMAND_BITCOIN.at(draft.bitcoin))),
            spot: Some(eight_decimals(recorded::SPOT_BITCOIN.at(draft.bitcoin))),
        },
        Coin::Clore => Price {
            on_demand: Some(clore(recorded::ON_DEMAND_CLORE.at(draft.clore))),
            spot: Some(clore(recorded::SPOT_CLORE.at(draft.clore))),
        },
        Coin::Usd => Price {
            on_demand: Some(decimals(recorded::ON_DEMAND_CLORE.at(draft.clore) * Coin::Clore.usd(), 2)),
            spot: Some(decimals(recorded::SPOT_CLORE.at(draft.clore) * Coin::Clore.usd(), 2)),
        },
    })
}

/// Ids without repeats, newest first, from 545 up as in the recording.
fn ids(random: &mut Random, servers: usize) -> Vec<u64> {
    let step = (25_224 / servers.max(1) as u64).clamp(1, 50);
    (0..servers as u64).rev().map(|at| 545 + at * step + random.below(step)).collect()
}

fn rows(random: &mut Random, drafts: &[Draft], ids: &[u64], own: &[usize]) -> Vec<Listing> {
    let servers = drafts.len();
    let words = |random: &mut Random, weights: &[(&'static str, u32)]| -> Vec<&'static str> {
        let cards: Vec<u32> = weights.iter().map(|(_, weight)| *weight).collect();
        deck(random, &cards, servers).into_iter().map(|at| weights[at].0).collect()
    };
    let cuda = words(random, recorded::CUDA);
    let countries = words(random, recorded::COUNTRIES);
    let weights: Vec<u32> = recorded::MRL.iter().map(|(_, weight)| *weight).collect();
    let mrl = deck(random, &weights, servers);
    let weights: Vec<u32> = recorded::PROCESSORS.iter().map(|(_, _, weight)| *weight).collect();
    let processors = deck(random, &weights, servers);
    let rating = ranks(random, servers);
    let rating_count = ranks_with_zeros_of(random, &rating, UNRATED);
    let ram = ranks(random, servers);
    let disk = ranks(random, servers);
    let disk_speed = ranks(random, servers);
    let down = ranks(random, servers);
    let up = ranks_with_zeros_of(random, &down, UNMEASURED);

    (0..servers)
        .map(|at| {
            let draft = &drafts[at];
            let prices = prices(draft);
            let owner = if own.contains(&at) { ACCOUNT } else { ACCOUNT + 1 + random.below(1217) };
            let (cpu, cpus, _) = recorded::PROCESSORS[processors[at]];
            let max_rental = recorded::MRL[mrl[at]].0;

            let mut net = Object::new();
            net.text("cc", countries[at])
                .number("down", decimals(recorded::NET_DOWN.at(down[at]), 4))
                .number("up", decimals(recorded::NET_UP.at(up[at]), 4));
            let disk = decimals(recorded::DISK.at(disk[at]), 4);
            let mut specs = Object::with_capacity(512);
            specs
                .text("mb", recorded::BOARDS[random.below(recorded::BOARDS.len() as u64) as usize])
                .text("cpu", cpu)
                .text("cpus", cpus)
                .number("ram", decimals(recorded::RAM.at(ram[at]), 4))
                .text("disk", &format!("{} {disk}GB", if at % 6 == 0 { "" } else { "NVMex20SSD" }))
                .number("disk_speed", decimals(recorded::DISK_SPEED.at(disk_speed[at]), 2))
                .text("gpu", &format!("{}x {}", draft.count, draft.model.name))
                .integer("gpuram", u64::from(draft.model.memory))
                .object("net", net)
                .integer("backend_version", 9 - random.below(2))
                .integer("pcie_rev", 1 + random.below(4))
                .integer("pcie_width", [1, 1, 4, 8, 16][random.below(5) as usize])
                .array("pl", (0..draft.count).map(|_| draft.model.watts.to_string()));
            let mut rated = Object::new();
            rated
                .number("avg", decimals(recorded::RATING.at(rating[at]), 2))
                .number("cnt", recorded::RATING_COUNT.at(rating_count[at]).round());
            listing(Parts {
                id: ids[at],
                owner,
                max_rental,
                prices,
                model: draft.model,
                count: draft.count,
                rented: draft.rented,
                gigaspot: draft.gigaspot,
                reliability: draft.reliability,
                specs: specs.finish(),
                rating: rated.finish(),
                cuda: cuda[at],
                overclock: random.unit() < 0.157,
            })
        })
        .collect()
}
