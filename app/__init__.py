"""Holdfast: a REST API in front of Azure's VM backup.

A request becomes a job in Postgres. A worker sends it to Azure once and follows it to its end. Start with `jobs`, then
`restores`; docs/architecture.md draws how the folders depend on each other.

    core/             settings, database, leases, loops, HTTP conventions; knows no feature
    identity/         from a token to a caller with rights in a tenant
    audit/            the audit trail: written with each change, chained and verified afterwards
    evidence/         signed statements that verify without Holdfast
    events/           the events of app/core/events as CloudEvents: pages, streams, filters
    azure/            the interface to Azure in our own types; azure/sdk implements it
    tenants/          tenants, their members, grants and quotas
    error_catalogue/  what each error code of Azure means, and what to do
    budgets/          how many requests Azure accepts, shared by all replicas
    jobs/             the life of a job: from the request to the end of Azure's work
    approvals/        a second person agrees before a sensitive request is sent
    vaults/           vaults: create, adopt, change, delete
    policies/         backup policies and their previews
    protection/       VMs under protection
    backups/          backups on demand, and recovery points
    restores/         restores of every kind
    tear_down/        what a restore made in Azure: listed, and deleted again
    selectors/        which VMs are meant, by what is known of them
    bulk/             one action for many VMs, by a job for each
    recovery_plans/   VMs that come back together: in which order, from which points, where to
    recovery_runs/    recovery plans carried out or rehearsed, wave by wave
    estate/           every VM there is, how it is backed up, and what changed outside
    reports/          what became of each day's backups, and what is weak
    alerts/           what a person should know without asking: rules, storms, silences, mail
    restore_tests/    VMs restored by themselves, verified, and deleted again
    azure_alerts/     Azure's own alerts of a vault, set up and received
    azure_policy/     Azure Policy for a protection rule: assigned, remediated, removed
    cost/             what backup costs a month: estimates, charge-back, a forecast
    protection_rules/  VMs protected by what they are: rules, previews, and the loop that enforces them
    webhooks/         events sent to receivers, signed, in order
    permissions/      what Holdfast's own Azure identity may do
    simulator/        a stand-in for Azure; shares no code with the rest
    dev/              the whole stack on one machine, and the demo
    cli.py            the `holdfast` command: names and flags, no logic
    main.py           builds the API
    worker.py         builds and runs the background loops
    wiring.py         the composition root: settings to the Azure port, job kind to its work
    openapi.py        what the OpenAPI document says beyond the routes
    reference/        the words of the OpenAPI document: names of components, summaries
    examples/         the examples of the OpenAPI document, and the ids of the sample world
    docs.py           serves the OpenAPI document and Swagger UI from local files
"""
