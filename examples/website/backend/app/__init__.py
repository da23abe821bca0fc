"""A shop's list of things to do: an HTTP API and a worker, joined by Redis."""
