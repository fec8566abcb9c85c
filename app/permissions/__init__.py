"""Whether Holdfast's own Azure identity has the rights that an operation needs, checked before Azure refuses.

In Azure these are role assignments. Here a table of actions (`azure/facts/actions.py`) is compared with what Azure
allows on each scope. The answer names what is missing, and a least-privilege custom role ready to be created.

    router.py   /v1/permissions
    schemas.py  its bodies
    service.py  reads each scope from Azure, all concurrently
    rules.py    which scopes an operation touches, what is missing, the role that would be enough
    errors.py   what can go wrong
"""
