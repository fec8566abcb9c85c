"""What every feature uses: settings, logging, loops, and rooms for the database, events and HTTP.

Nothing here imports another folder of `app`, and there are no rules of features. Settings, channels and conventions do
name jobs, tenants and Azure.

    settings.py         the settings, read from the environment and checked once at start
    version.py          the version of Holdfast
    clock.py            the clock for decisions of one process
    logging.py          structured logs
    metrics.py          what /metrics shows
    loop.py             the shape of every background loop
    gather_isolated.py  runs coroutines side by side; one that fails does not end another
    networks.py         blocks of addresses that no caller's URL may reach
    secret_box.py       encrypts secrets at rest
    letter_case.py      compares Azure's names without letter case
    time_zones.py       time zones by name
    fair_queue.py       gives a few places to groups and members in turn
    errors.py           base classes of the errors that a caller sees

    db/                 the database: engine, transactions, leases, notifications
    events/             what changed, written with each change and read in the order of the commits
    http/               the conventions that every route shares
"""
