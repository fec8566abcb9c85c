"""Request budgets: one for all requests that Azure counts together, shared by all replicas.

    gate.py    asked before each request: takes tokens in advance from the shared rows
    rows.py    SQL on the rows: take tokens, account for them, block after a Retry-After
    rules.py   estimates Azure's limits from its answers. Pure.
    models.py  the table

Limits are learnt, not configured, because Azure does not publish them.
"""
