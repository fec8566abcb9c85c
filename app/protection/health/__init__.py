"""The health of a protected item: whether it has the recovery points that are expected of it.

Nothing here asks Azure. What is expected comes from the item's policy, or from a rule of the tenant; what is there
comes from our rows, which the sweeps keep current. What neither of them says is unknown, and stays so.

    expected_runs.py    the runs that a policy expects, and the distance between them
    rpo.py              when the next recovery point is due, and whether it was missed
    consistency.py      which kind of recovery point is expected of a VM, and whether the newest one is of it
"""
