mod bounds;
mod choosing;
mod market;
mod price;
