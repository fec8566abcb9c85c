"""Who is calling, and what they may do.

`admission` lets a request in: its bearer token becomes a `Principal`, unless that principal asks too often. `access`
finds the principal's tenant and makes a `Caller`. Simulator and production tokens take the same path; nothing turns
it off.

    admission.py      the check of every authenticated route: one bearer token, proven, rate-limited
    tokens.py         a bearer token to the Principal it proves
    claims.py         parses the claims of a token strictly
    keys.py           signing keys of the trusted issuers: fetched, cached, refreshed
    proven.py         cache of proven tokens
    scopes.py         what a person let an application do in their name
    principal.py      Principal: who holds a token
    access.py         a principal to a Caller: tenant and rights, cached for seconds
    memberships.py    reads a principal's memberships from the database
    caller.py         Caller: who, in which tenant, with which rights
    dependencies.py   `caller: CurrentCaller`: how a route gets the caller and a session
    permissions.py    permissions, and the roles that hold them
    grants.py         which subscriptions and resource groups a tenant may touch
    effects.py        what each kind of job may do to a tenant's data
    second_person.py  the operations for which a tenant may require an approval
    limits.py         rate limits per principal and per address
    models.py         tables Tenant and Membership
    errors.py         why a caller is refused: 401, 403, 429
"""
