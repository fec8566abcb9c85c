"""Conventions of the HTTP API that hold on every path: accepting, bad input, lists, documents, outages.

weakening_rules.py  every operation that writes, against each rule about what may become weaker
"""
