"""A policy: when the VMs of a vault are backed up, and how long each point is kept.

In Azure's world: `vaults/backupPolicies`, a PUT of JSON with one error for every mistake.
In ours: a typed definition, checked before it is sent. Azure's own policies are there from the start; one that cannot
be said in our words is shown and never written.
"""
