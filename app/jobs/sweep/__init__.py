"""The worker's loop over vaults: one sweep lists a vault's Azure jobs and follows every job of ours in it.

The steps of a sweep, in their order:

    sweep.py            the loop, and the order of the steps
    store.py            claims a vault, reads the jobs that are followed there, gives the vault back
    listing.py          asks Azure: at most two lists for each vault, however many jobs it has
    matching.py         which entry of the list is which job of ours. Pure.
    missing.py          jobs of ours that Azure's lists show no longer
    results.py          reads what a list does not show of a job
    not_carried_out.py  Azure accepted a write, and nothing shows that it was done
    settlement.py       what is written of one job, decided from what Azure shows of it. Pure.
    settle.py           writes that: rows, history, and with an end its consequences
    untracked.py        Azure jobs that belong to no job of ours: recorded, or orphans of attempts that were given up
    apply_items.py      writes the vault's listed items to our rows after a job ended
    details.py          reads and writes what ended jobs still lack
    next_sweep.py       what a sweep may spend, and when the vault is swept again. Pure.

What the steps share:

    watch.py            a claimed vault, and what earlier sweeps have learnt of it
    absence.py          what a list does not show is gone only when Azure, asked for it alone, says so

A sweep costs the same few requests however many jobs run in the vault. The steps hand data on; the one thing that runs
side by side is reading results and writing those that are read.
"""
