"""The database: engine, transactions, leases, notifications.

Leases and due rows use the database's clock only.

    database.py           the engine, the transaction block, the declarative base
    schema.py             whether the database has the schema that this version needs, checked at start
    models.py             the table of facts about this installation
    mode.py               simulator or Azure: a database that was used in one mode refuses the other
    leases.py             the claim helper: due rows become leased rows
    lease_renewal.py      runs work under a lease and renews it
    notify.py             LISTEN on a connection of its own
    notifier.py           NOTIFY after the commit
    notices.py            hears from the server that a transaction wrote events
    statement_timeout.py  closes connections whose server stops responding
"""
