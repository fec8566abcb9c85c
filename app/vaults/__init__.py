"""A vault: the Recovery Services vault that keeps the backups of one region's VMs.

In Azure: `Microsoft.RecoveryServices/vaults`, created asynchronously, its name unique in a resource group. In Holdfast:
a row from the request on (`creating`), `ready` when Azure has the vault. One watch row follows all its jobs.

    router.py             /v1/vaults
    schemas.py            its bodies
    service.py            requests for vaults, and reading them
    azure_reads.py        live reads of a vault while a caller waits
    rules.py              what a vault may be
    tags.py               the tags that Azure accepts
    sensitive_changes.py  which changes weaken a vault or are final
    work.py               the worker's part: create, adopt, refresh, change
    blockers.py           why a vault cannot be deleted, and what clears it
    delete_work.py        the worker's part: delete
    results.py            what a vault's jobs bring, by type
    records.py            writes Azure's vaults into our rows
    models.py             table of vaults
    errors.py             what can go wrong
"""
