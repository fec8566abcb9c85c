"""The port: the interface to Azure, in Holdfast's own types.

`ports` defines the calls, `values` their arguments and results, `errors` how Azure can refuse. `sdk/` is the one
implementation; only `app/wiring.py` imports it. docs/azure.md has the facts about Azure that it relies on.

    ports.py               what may be asked: one small Protocol for each noun
    values.py              what crosses the port: identities, orders, answers
    point_values.py        values of recovery points (part of `values`)
    restore_values.py      values of restores
    mount_values.py        values of file recovery
    check_values.py        values of the checks before a restore: rights, locks, Azure's validation
    item_states.py         the states of a protected item, and what each allows. Pure.
    lists.py               a list as Azure gave it: what could be read, what could not
    errors.py              AzureError and its kinds; `classify()` makes them
    gate.py                the interface that is asked before each request and told its answer
    names.py               ARM ids, container and item names, time zones
    policy_translation.py  Azure's policy JSON in our words
    grants.py              whether a tenant's grants cover a place in Azure
    live_reads.py          live reads for a waiting caller: short, and None when Azure is away
    discovery_reads.py     what a vault could protect, read live
    facts/                 tables of facts: paired regions, roles, actions
    graph/                 Resource Graph: queries and values
    monitor/               Azure Monitor: its port and values
    governance/            Azure Policy: its port, its values, which VMs a definition is for
    compute/               Compute and Network: machines, their parts, scripts, networks
    sdk/                   the implementation on the official SDK
"""
