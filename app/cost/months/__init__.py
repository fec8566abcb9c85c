"""Charge-back: what each item costs now and in 90 days, grouped, and what it cost in earlier months.

stored.py   what whole vaults store, shared out over their items
charges.py  what items cost, by group
rows.py     reads and writes of months; labels of items
asking.py   asks Azure what vaults store
loop.py     the worker's part: the figures of the present month
schemas.py  bodies of charge-back
"""
