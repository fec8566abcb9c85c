"""What a property, a parameter or a component means, where the model or the route does not say it itself.

A description of the model comes first. These are the words for what many models share (an id, a time, a label), and for
models whose fields seem plain to their own folder and are not to a reader of the API.

    shared.py      by the name of the property or parameter alone: the same everywhere
    writes.py      jobs, approvals, bulk requests, tenants, rights, audit, events, webhooks
    protection.py  vaults, policies, protected items, the estate, cost
    recovery.py    restores, recovery plans and runs, restore tests
    results.py     the results of jobs, by kind
    watching.py    reports, alerts, protection rules, Azure Policy
"""
