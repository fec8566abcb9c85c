"""Tenants: the parties that share this installation. Azure has no such concept; a tenant decides what a caller sees.

A tenant has grants (the subscriptions and resource groups it may touch), quotas, operations that need a second person,
and members: a principal, a group, or a whole directory, each with roles. Platform admins create tenants and see none of
their data. Every replica is notified of a change (ACCESS_CHANNEL). More: docs/tenants.md.

    router.py   /v1/tenants for platform admins, /v1/me for every caller
    schemas.py  their bodies
    service.py  reads and changes tenants and members
    rules.py    what grants and members may be
    records.py  the audit details of tenants
    errors.py   what can go wrong
"""
