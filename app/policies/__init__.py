"""A policy: when the VMs of a vault are backed up, and how long each point is kept.

In Azure's world: `vaults/backupPolicies`, a PUT of JSON with one error for every mistake.
In ours: a typed definition, checked before it is sent, previewed and compared before it is changed, every revision
kept. Azure's own policies are there from the start; one that cannot be said in our words is shown and never written.

    rules.py      what a policy may say                    service.py   asking for changes, and what must hold before
    advice.py     what to consider of a valid one          work.py      put and delete, in the worker
    preview.py    its runs, its points, how many live      records.py   what Azure says -> our rows and revisions
    changes.py    what a change takes away
"""
