"""Use cases, one short function each: the command line and every later face call the same ones."""
