"""How much may be asked of Azure: one budget for everything that Azure counts together, shared by all replicas.

    gate.py    what a replica asks before a request is sent: takes tokens in advance from the shared rows
    rows.py    what replicas do to the rows: take tokens, account for them, block after a Retry-After
    rules.py   what is learnt of Azure's limits from its answers. Pure.
    models.py  the table

A limit is learnt, never configured: Azure does not say what it allows.
"""
