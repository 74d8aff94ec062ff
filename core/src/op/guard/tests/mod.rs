mod over;
mod table;
mod watching;
mod world;
