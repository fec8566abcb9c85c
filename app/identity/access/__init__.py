"""Turns a principal into a caller: in which tenant they act, and what they may do there.

    dependencies.py      the FastAPI dependencies of every route
    admission.py         lets a request in: one bearer token, not too often
    services.py          objects that a process shares between requests, and objects of one request
    limits.py            how often a caller may ask
    membership_cache.py  from a principal to a caller; cached for a few seconds
    memberships.py       the tenants of a principal, read from the database
    models.py            the tables Tenant and Member
    caller.py            who is calling
    later_rights.py      whether a person still has a right when something acts in their name
    permissions.py       the permissions, and the roles that contain them. Pure.
    grants.py            which parts of Azure a tenant may touch. Pure.
    effects.py           what each kind of job can do to a tenant's data. Pure.
    second_person.py     which operations need an approval. Pure.

A request passes them in this order: admission, membership_cache, permissions, grants.
"""
