"""`make bench`: the figures of the service on this machine, as one table and one JSON file.

    stack.py      what is measured: Postgres, simulator, API and worker, each a process of its own, and what they use
    keys.py       the keys of the installations that tests make
    caller.py     who measures: HTTP/1.1 over raw keep-alive sockets, so that the caller is not what is measured
    bare.py       what it is measured against: a FastAPI handler that does nothing but insert one row
    accepting.py  how many POSTs a second are accepted, as ratios of rounds that alternate
    sending.py    how long from the answer to a POST until its trigger is at Azure
    listing.py    pages of a million jobs, beside those of a thousand
    sweeping.py   a round of looks at every vault, with ten and a hundred thousand jobs in flight
    covering.py   the estate: five thousand machines read, and how they are covered
    claiming.py   what a claim costs beside a backlog
    crowding.py   what another tenant feels of a burst
    starting.py   how long until the API is ready, and how much memory it takes
    following.py  R5: ten thousand jobs followed for hours of a simulated clock, by tests/fleet.py
    hinting.py    R5b: the same where Azure allows few reads of jobs, with the hint and without it
    delivering.py  webhooks: from the commit to the receiver, and how many a second
    streaming.py  events: commit to a stream, a thousand open streams, what events cost an accepted POST
    planning.py   a plan of forty VMs: how soon each of its waves begins
    pruning.py    ten million old events, and what callers feel while they are pruned
    pruner.py     the process that prunes them
    report.py     the table
    admitting.py  what it costs to know the caller
    pricing.py    an estimate of the cost of one VM, and of 5,000
    ruling.py     a preview of a protection rule over ten thousand VMs
    asking_in_bulk.py  a bulk request of a thousand targets: how long until it is accepted
    reporting.py  the daily report over ten thousand items
    restoring.py  200 restores at once: how long until Azure runs all of them
    forecast.py   what is saved by not polling where nothing can end yet
    trailing.py   what the audit trail costs
    untrailed.py  `holdfast serve` without audit entries, to compare with
    walls.py      what row-level security costs

A ratio of two things measured in the same minute says something on any machine; a bare number does not.
"""
