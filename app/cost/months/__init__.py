"""Charge-back: what each item costs now and in 90 days, grouped, and what it cost in earlier months.

charges.py  what items cost, by group
rows.py     reads and writes of months; labels of items
loop.py     the worker's part: the figures of the present month
schemas.py  bodies of charge-back
"""
