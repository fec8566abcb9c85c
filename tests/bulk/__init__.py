"""Bulk requests: rules by tables, the rest through the API, the loops and the simulator.

bulk_steps.py     asks for bulk requests, and follows them
test_rules.py     what follows from what is on record, and how it ends. Pure.
test_bulk.py      through the API: every action, refusals, cancel, what repeats
test_approval.py  one approval for the whole, and what changes meanwhile
test_crash.py     workers that die: planted failures are named, and nothing happens twice
"""
