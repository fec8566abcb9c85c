"""Who is calling, and what he may.

`admission.py` lets a request in: its bearer token becomes a `Principal` (`tokens.py`, with the issuer's keys, which
`keys.py` fetches and keeps), as long as he does not ask too often (`limits.py`). `access.py` makes a `Caller` of him: a
principal in a tenant. Simulator and production tokens take the same path; nothing turns it off.
"""
