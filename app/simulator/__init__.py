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
    faults.py              planted faults: wrong, late or missing answers
    ineffective_writes.py  writes that are accepted and not carried out
    limits.py              throttling, off by default
    options.py             extra behaviour, off by default
    inventory.py           subscriptions, groups, VMs, disks, storage, networks
    authorization.py       locks and permissions
    resource_graph.py      Resource Graph: queries over subscriptions
    graph_query.py         its query language, as far as it is spoken here
    graph_tables.py        its rows
    graph_dials.py         how it misbehaves
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
    restore_orders.py      parses and checks a restore request
    restore_limits.py      what Azure does not restore
    validation.py          the validate operation
    file_recovery.py       mounts of recovery points
    mount_scripts.py       the scripts of a mount
    secondary_region.py    cross-region restore
    retail_prices.py       the public price list, with samples
    jobs.py                jobs: list, show, cancel
    entra.py               the identity provider: discovery, keys, tokens
    entra_grants.py        its grants: client credentials, authorization code
    __main__.py            `python -m app.simulator`
"""
