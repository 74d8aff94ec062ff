mod choosing;
mod market;
mod price;
