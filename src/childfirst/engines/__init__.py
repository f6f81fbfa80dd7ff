"""Pure-Python engines: arrays and tables in, tables and reasons out. No engine knows that a database exists."""
