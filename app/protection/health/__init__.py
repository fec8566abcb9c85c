"""The health of a protected item: whether it has the recovery points that are expected of it.

What is expected comes from the item's policy, or from a rule of the tenant; what is there comes from our rows, which
the sweeps keep current. What neither of them says is unknown, and stays so. Only `point_kinds.py` asks Azure.

    expected_runs.py    the runs that a policy expects, and the distance between them
    rpo.py              when the next recovery point is due, and whether it was missed
    consistency.py      which kind of recovery point is expected of a VM, and whether the newest one is of it
    assessment.py       what follows for an item: what it owes, its state, and which miss begins or ends
    known.py            until when it is known what happened in Azure
    on_record.py        looks for backups on record that began within the grace of a run
    store.py            assesses items and writes what follows; keeps what was read of VMs and points
    vm_tags.py          keeps the tags of VMs that were read
    expectations.py     what a tenant expects: read, set, removed
    router.py           /v1/expectations, and those of an item
    shown.py            reads the health of items for answers
    schemas.py          the same, in the bodies of the API
    loop.py             assesses items that have changed, or are due
    point_kinds.py      reads the kind of the newest points from Azure, a few a minute
    models.py           the tables
"""
