"""From events to alerts: the loop, and what it writes.

A finding goes to the board of its tenant, which says what opens, counts, heals and folds; the rows follow, in the
transaction that moves the loop's place in the events. What has been open for as long as its rule says is told, unless
it is silenced.

    event_facts.py  what rules need of an event that is not in it
    board.py        the open alerts of a tenant, and what findings do to them. Pure.
    telling.py      opens and tells what is due
    records.py      the board, from rows and back
    by_time.py      what time alone brings
    proof_lapses.py  of that: restore tests that did not run, and proofs that are too old
    loop.py         the loop
"""
