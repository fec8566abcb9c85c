"""What changed: each change once, in the order of the commits.

Every change of a state that callers see writes a row of the outbox, in the transaction of the change. Triggers do it
(migrations/versions/0028_events.py), so that no statement can forget it. `publish` moves what was committed from the
outbox to the events and gives each its position. So a reader who goes on from a position never misses an event that was
committed late, and never waits for a gap.

    types.py    the types of events
    models.py   the outbox and the events
    store.py    publishes, and reads from a position
    rows.py     a row of its table again, from what an event kept of it
"""
