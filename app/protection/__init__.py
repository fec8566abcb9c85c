"""A protected item: one VM as one vault backs it up.

In Azure: a `protectedItem` in a `protectionContainer`, both named after the VM. Enabling, changing and stopping are the
same PUT. In Holdfast: a row that names the VM by its ARM id; callers need no container names.

    router.py          /v1/protected-items
    schemas.py         its bodies
    diff_schemas.py    body of the diff of a change
    service.py         requests to protect and undelete
    items.py           reads items
    change_dry_run.py  requests to change an item
    changes.py         which changes are allowed; checked at the request and again before sending
    policy_fit.py      what a change would do: the diff
    optional_reads.py  live reads of the VM and its item while the caller waits
    rules.py           what can be protected; Azure's states in our words
    work.py            the worker's part: protect, change, stop, delete, undelete
    records.py         writes Azure's protected items into our rows
    observed.py        writes items and policies that a sweep of the jobs has read
    models.py          table of protected items
    health/            whether an item has the recovery points that are expected of it
    errors.py          what can go wrong
"""
