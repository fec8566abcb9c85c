"""Who is calling, and what they may do.

Simulator and production tokens take the same path; no setting turns it off.

    errors.py  why a caller is not let in, or not allowed

    tokens/    a bearer token becomes a principal
    access/    a principal becomes a caller in a tenant
"""
