"""What Holdfast may ask of Azure, in Holdfast's words.

`ports` says what can be asked, `values` what goes in and comes out, `errors` how Azure can refuse. `sdk/` is the one
implementation; only `app/wiring.py` imports it. The facts about Azure behind it stand in docs/azure.md.

    ports.py         what may be asked: one small Protocol for each noun
    values.py        what crosses the port: identities, orders, answers
    points.py        values of recovery points (part of `values`)
    restoring.py     values of restores
    mounting.py      values of file recovery
    inspecting.py    values of the checks before a restore: rights, locks, Azure's validation
    lists.py         a list as Azure gave it: what could be read, what could not
    errors.py        AzureError and its kinds; `classify()` makes them
    gate.py          the interface that is asked before each request and told its answer
    names.py         ARM ids, container and item names, time zones
    regions.py       Azure's paired regions
    policy_words.py  Azure's policy JSON in our words
    actions.py       the Azure actions that each operation needs
    roles.py         the built-in role that holds an action
    granting.py      whether a tenant's grants cover a place in Azure
    reading.py       live reads for a waiting caller: short, and None when Azure is away
    discovering.py   what a vault could protect, read live
    sdk/             the implementation on the official SDK
"""
