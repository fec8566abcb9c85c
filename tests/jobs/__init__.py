"""The life of a job: states, claims, loops, lost answers, killed workers, limits, and Postgres in trouble.

postgres.py              a Postgres of a test's own, to fill up, crash and fail over
aged_rows.py             makes rows older, as if time had passed
protocol.py              a state machine of requests, workers and a late network
failpoints.py            the places where a worker is killed, and what must hold afterwards
kill_points.py           a worker that is killed at its n-th await
checkpoints.py           how far a piece of work was when its worker died
scenarios.py             the kinds of work in which workers are killed
background_scenarios.py  the same for work that no caller asked for
walks.py                 which parts of which work are covered, in order
"""
