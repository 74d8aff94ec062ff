mod table;
mod watching;
mod world;
