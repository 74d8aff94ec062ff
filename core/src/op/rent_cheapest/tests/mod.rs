mod bounds;
mod breaking;
mod choosing;
mod market;
mod price;
