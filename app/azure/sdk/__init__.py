"""The Azure port on the official SDK: the only place that imports `azure.*`, imported by `app/wiring.py` only.

A call goes: a port method -> an operation of the SDK client -> our policies (`pipeline`: request id, token; nothing
that sends twice) -> our transport (chooses the origin, watches the deadline) -> httpx. Answers become our values in
`translate*`, failures become our errors in `refusals`.

    client.py              `build_azure`: the whole port over one HTTP client
    clouds.py              which cloud, or simulator, an ARM_URL means
    connection.py          the SDK's clients over one transport, and raw reads
    pipeline.py            the policies between SDK and transport
    transport.py           the SDK's transports over httpx
    tokens.py              where the bearer token comes from
    budget_classes.py      the budget class of a request, and what an answer says is left
    plain_requests.py      reads, writes and deletes resources by id, without a client of the SDK
    writing.py             sends a write once; what its 202 leaves to follow
    paging.py              reads lists, every page
    refusals.py            turns every failure into one of `azure.errors`
    members.py             reads one member of Azure's JSON
    strict.py              reads members of which "not there" means "none": what is odd raises
    formats.py             times, durations and waits as Azure writes them
    translate.py           vaults, items, backups, points: JSON to values and back
    translate_vaults.py    changes of a vault
    translate_policies.py  policies
    translate_restores.py  restores
    translate_jobs.py      jobs and operations
    vaults.py              port Vaults
    policies.py            port Policies
    protection.py          port ProtectedItems
    discovery.py           port Discovery
    backups.py             port Backups
    recovery_points.py     port RecoveryPoints
    restores.py            port Restores
    validations.py         port Validations
    file_recovery.py       port FileRecovery
    jobs.py                port AzureJobs
    operations.py          port Operations
    cross_region.py        port CrossRegionRestores
    cross_region_jobs.py   jobs of the secondary region
    virtual_machines.py    port VirtualMachines
    places.py              port Places: storage, networks, groups, zones
    resource_graph.py      port ResourceGraph
    governance.py          port Governance: Azure Policy
    translate_governance.py  definitions, assignments, roles, compliance, remediations
    monitor.py             port Monitor
    translate_monitor.py   action groups, metric alerts, a vault's alert settings
    compute.py             ports Machines, RunCommands, Networks
    translate_compute.py   machines, their parts, scripts, networks
    rights.py              port Rights: roles and locks at a scope
"""
