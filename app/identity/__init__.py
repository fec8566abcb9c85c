"""Who is calling.

A bearer token becomes a `Caller`: verified by `tokens.py` with the issuer's keys, which `keys.py` fetches and keeps.
Simulator and production tokens take the same path; nothing turns it off.
"""
