"""Where restores of a tenant or of a vault go by default: a restore then needs a VM and a time.

A request says what it wants; what it leaves out comes from the vault's defaults, else from the tenant's. Nothing comes
from them in the paired region: group, subnet and account there are others.

    models.py     the table
    service.py    defaults: read, set, removed, each on the audit trail
    filling.py    fills the target of a request
    schemas.py    the bodies of the API
    router.py     /v1/restore-defaults, and those of a vault
"""
