"""Conventions of the HTTP API that hold on every path: accepting, bad input, lists, documents, outages."""
