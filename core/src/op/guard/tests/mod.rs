mod over;
mod table;
mod watching;
mod words;
mod world;
