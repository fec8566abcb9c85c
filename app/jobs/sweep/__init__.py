"""The worker's loop over vaults: one sweep lists a vault's Azure jobs and follows every job of ours in it.

    sweep.py            the loop: claim a vault, list, match, write, schedule the next sweep
    listing.py          asks Azure: at most two lists for each vault, however many jobs it has
    matching.py         which entry of the list is which job of ours. Pure.
    results.py          reads what a list does not tell of a job that ended
    details.py          which ended jobs still need their details, and writes them
    apply_items.py      writes the vault's listed items to our rows after a job ended
    not_carried_out.py  Azure accepted a write, and nothing shows that it was done
    missing.py          jobs of ours that Azure's lists show no longer
    untracked.py        Azure jobs that are none of ours: taken in, or orphans of attempts that were given up
    absence.py          what a list does not show is gone only when Azure, asked for it alone, says so
    forecast.py         the earliest time a job can end, for scheduling. Pure.
    store.py            the rows that a sweep reads and writes

A sweep costs the same few requests however many jobs run in the vault.
"""
