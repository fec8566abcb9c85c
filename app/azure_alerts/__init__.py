"""Azure's own alerts of a vault: a metric alert, the built-in alerts, and the action group that they tell.

So a person who never opens Holdfast hears from Azure when a backup fails (docs/azure-alerts.md). One job sets all of it
up; it reads what is there first, and writes only what differs, so it can be repeated at any point. All that Holdfast
makes is named after the vault's id here: by that name it is found again and removed, and nothing else is.

With `receive` the action group also calls Holdfast: its word hastens the look at the vault, and is believed no further.

    router.py     /v1/vaults/{id}/azure-alerts, and where Azure calls
    schemas.py    its bodies
    service.py    requests, and reading what is set
    rules.py      what shall be in Azure, and which writes are left. Pure.
    payloads.py   what an alert says about which vault. Pure.
    work.py       the worker's part
    records.py    what the worker's part needs of our rows: tokens of receivers, what was sent
    receiving.py  what a call of Azure brings
    models.py     the table
    errors.py     what can go wrong
"""
