"""What every feature stands on: settings, database, leases, loops, errors, HTTP conventions.

Nothing here knows a noun of Holdfast. All times that decide about leases and due rows are the database's.

    settings.py    one frozen Settings from the environment, checked once at start
    mode.py        simulator mode: recorded in the database, which then refuses the other mode
    models.py      Installation: the one row about this database as a whole
    database.py    the engine, the transaction block `begin()`, the declarative base
    turns.py       hands out connections in turn, by group and member
    schema.py      checks at start that the database has the right version and role
    leases.py      the claim helper: due rows become leased rows
    holding.py     runs work under a lease and renews the lease meanwhile
    loop.py        the shape of every background loop: `run_once`, sleep, wake
    notify.py      LISTEN on a connection of its own
    bell.py        sends NOTIFY after the commit, several at once when busy
    silence.py     closes connections whose server stops responding
    clock.py       the clock that decisions are given
    instants.py    points in time as callers send them: RFC 3339 with an offset
    letters.py     compares Azure's names without letter case
    together.py    runs coroutines side by side; one that fails ends no other
    errors.py      ServiceError: what a caller must be told
    problems.py    renders errors as RFC 9457 problem+json
    http.py        HTTP conventions of all routers: request id, ETag, idempotency, wait
    incoming.py    parses request headers and bodies strictly
    connection.py  read and write timeouts of a caller's connection
    pages.py       keyset pagination: `{items, next}`
    logging.py     structured logs with request, job and attempt ids
    metrics.py     what /metrics shows
    embedded.py    the embedded Postgres of dev, demo and tests
    leash.py       starts a program that dies with its parent
"""
