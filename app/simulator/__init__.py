"""A stand-in for Azure: Resource Manager, Recovery Services and Entra ID, as recorded from the real ones.

It speaks ARM over HTTP(S), so that the official SDK and the real `az` work against it unchanged. It computes everything
from a clock and has no background tasks, so a story of hours takes seconds (`--time-scale`). It shares no code with the
rest of `app`: one wrong assumption must not cancel itself out. "Not observed" and "guess" in its comments mark what no
recording shows. Read `world` and `progress` first.

    world.py               what exists: groups, VMs, disks, vaults and what is in them
    progress.py            the clock, and jobs as a function of their age
    persistence.py         keeps the world in a file from one run to the next
    asgi.py                the application: control surface, identity provider or ARM
    arm.py                 one ARM request: paths, routes, errors, headers, the 202 pattern
    operations.py          operations of asynchronous writes
    control.py             the control surface `/_simulator/...`
    seeding.py             plants and removes things in the world
    seeded_history.py      plants old points, slow jobs, jobs that run twice
    faults.py              planted faults: wrong, late or missing answers
    ineffective_writes.py  writes that are accepted and not carried out
    limits.py              throttling, off by default
    options.py             extra behaviour, off by default
    inventory.py           subscriptions, groups, VMs, disks, storage, networks
    machine_parts.py       what belongs to machines: boots, cards, scripts, operations; what tests plant of them
    instance_view.py       a machine at this moment: power, agent, boot diagnostics
    run_commands.py        scripts in machines
    network_parts.py       network cards, public addresses, security groups, peerings, gateways
    part_operations.py     operations of Compute and Network
    part_deletions.py      deletes machines, cards, addresses, disks, snapshots
    group_resources.py     everything in a group, snapshots, the inventory of the control surface
    authorization.py       locks and permissions
    resource_graph.py      Resource Graph: queries over subscriptions
    graph_query.py         its query language, as far as it is spoken here
    graph_tables.py        its rows
    graph_dials.py         how it misbehaves
    action_groups.py       whom an alert tells
    metric_alerts.py       metric alerts, and the rules that send alerts on
    fired_alerts.py        alerts that Azure fires
    policy_parts.py        Azure Policy: what there is of it, what tests plant
    policy_definitions.py  its built-in definitions for backup
    policy_assignments.py  assignments, with their identities
    role_assignments.py    roles of identities
    policy_effects.py      which machines a definition is for, and how they get backups
    policy_states.py       compliance, evaluations on demand
    remediations.py        remediations and their deployments
    vaults.py              vaults
    vault_settings.py      redundancy, soft delete, immutability of a vault
    vault_config.py        the two configuration objects of a vault
    usages.py              what a vault stores
    policies.py            policies
    schedules.py           when a policy runs and how long it keeps its points
    scheduled_backups.py   the backups of policies while the clock was advanced
    discovery.py           refresh, protectable items, containers, backup status
    items.py               how protected items are shown
    protection.py          changes of protection
    backups.py             backups on demand
    recovery_points.py     recovery points
    restores.py            restores
    restored_machines.py   what a restore leaves beside disks
    restore_orders.py      parses and checks a restore request
    restore_limits.py      what Azure does not restore
    validation.py          the validate operation
    file_recovery.py       mounts of recovery points
    mount_scripts.py       the scripts of a mount
    secondary_region.py    cross-region restore
    retail_prices.py       the public price list, with samples
    jobs.py                jobs: list, show, cancel
    entra.py               the identity provider: discovery, keys, tokens
    entra_grants.py        its grants: client credentials, authorization code, refresh
    entra_devices.py       signing in on another device
    __main__.py            `python -m app.simulator`
"""
