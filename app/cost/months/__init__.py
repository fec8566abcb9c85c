"""Charge-back: what each item costs now and in 90 days, grouped, and what it cost in earlier months.

stored.py   what whole vaults store, shared out over their items
charges.py  what items cost, by group
shares.py   what items cost on one day
days.py     the items as they were at the end of a day
rows.py     reads and writes of months; labels of items
asking.py   asks Azure what vaults store
loop.py     the worker's part: each day once
schemas.py  bodies of charge-back
"""
