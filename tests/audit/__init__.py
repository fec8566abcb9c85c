"""The audit trail: an entry for every change, chains that show every later edit, lists that stay fast.

chains.py          chains to tamper with, and a superuser who does
ledger.py          triggers that record every change; the trail is compared with them
refused_writes.py  a database that is away while an entry is written
"""
