//! Tables on stdout. Every cell of the service's text is made harmless here once more, whatever it came through.

use super::money::{amount, cell, coin_per_day, per_day, per_hour, shown};
use clore_core::model::order::OrderStatus;
use clore_core::model::server::Availability;
use clore_core::model::{Order, Rates, UsdPerDay};
use clore_core::search::Found;
use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement, Table, presets};

/// The servers of a search.
pub fn servers_table(found: &[Found]) -> String {
    let rented = found.iter().any(|found| !found.is_free());
    let mut columns =
        vec!["ID", "GPUs", "VRAM", "RAM", "USD/hour", "USD/day", "coin per day", "reliable", "country"];
    if rented {
        columns.push("free");
    }
    let mut table = table(&columns);
    for found in found {
        let server = &found.server;
        let vram = server.gpus.vram_gb.map(|gb| format!("{} GB", shown(gb)));
        let ram = server.specs.ram_gb.map(|gb| format!("{} GB", shown(gb.round())));
        let coin = found.rate.as_ref().map(coin_per_day);
        let reliable = server.reliability.map(|reliability| reliability.to_string());
        let mut row = vec![
            right(server.id.to_string()),
            Cell::new(cell(&server.gpus.to_string(), 60)),
            right(known(vram)),
            right(known(ram)),
            right(per_hour(found.price)),
            right(per_day(found.price)),
            right(known(coin.map(|coin| cell(&coin, 40)))),
            right(known(reliable)),
            Cell::new(cell(server.specs.network.country.as_deref().unwrap_or("?"), 8)),
        ];
        if rented {
            row.push(Cell::new(available(server.availability)));
        }
        table.add_row(row);
    }
    text(&table)
}

/// Orders.
pub fn orders_table(orders: &[Order], rates: &Rates) -> String {
    let columns = ["order", "server", "GPUs", "status", "type", "USD/day", "coin per day", "spent", "SSH"];
    let mut table = table(&columns);
    for order in orders {
        let usd =
            order.price.as_ref().and_then(|price| price.usd_per_day(rates)).or(order.original_price_usd);
        let spent = order.spend.as_ref().map(amount);
        let ssh = order.ssh().filter(|_| matches!(order.status, OrderStatus::Running | OrderStatus::Paused));
        table.add_row(vec![
            right(order.id.to_string()),
            right(known(order.server.map(|server| server.to_string()))),
            Cell::new(cell(&order.gpus.to_string(), 60)),
            Cell::new(cell(&order.status.to_string(), 24)),
            Cell::new(order.kind.to_string()),
            right(known(usd.map(|usd: UsdPerDay| usd.to_string()))),
            right(known(order.price.as_ref().map(|price| cell(&coin_per_day(price), 40)))),
            right(known(spent.map(|spent| cell(&spent, 40)))),
            Cell::new(cell(ssh.as_ref().map_or("", |target| target.raw()), 120)),
        ]);
    }
    text(&table)
}

fn available(availability: Availability) -> String {
    match availability {
        Availability::Free => "yes".to_owned(),
        Availability::Partly(gpus) => format!("{gpus} GPUs"),
        Availability::Rented => "no".to_owned(),
        _ => "?".to_owned(),
    }
}

pub(super) fn known(text: Option<String>) -> String {
    text.unwrap_or_else(|| "?".to_owned())
}

pub(super) fn right(text: String) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}

pub(super) fn table(columns: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(columns.iter().map(|name| Cell::new(name).add_attribute(Attribute::Bold)));
    table
}

/// Without blanks at the ends of lines, so that it can be copied and compared.
pub(super) fn text(table: &Table) -> String {
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}
