"""The life of a job: states, claims, loops, lost answers, killed workers, limits, and Postgres in trouble.

postgres.py               a Postgres of a test's own, to fill up, crash and fail over
aged_rows.py              makes rows older, as if time had passed
protocol.py               a state machine of requests, workers and a late network
failpoints.py             the places where a worker is killed, and what must hold afterwards
kill_points.py            a worker that is killed at its n-th await
checkpoints.py            how far a piece of work was when its worker died
scenarios.py              the kinds of work in which workers are killed
background_scenarios.py   the same for work that no caller asked for
walks.py                  which parts of which work are covered, in order
hint_steps.py             two vaults with a running backup each, where Azure allows few reads of jobs
lost_attempts.py          a worker that claims a job and dies, and what is left to reconcile
action_steps.py           cancel and resolve as a caller does
missing_steps.py          a sweep whose lists lack a job
recording_transport.py    a transport that records what is sent
untracked_steps.py        jobs that others start at the simulated Azure
plan_checks.py            reads a query plan and says what is wrong with it
plan_reader.py            reads lists as the API does, and asks Postgres how it read them
sweep_steps.py            backups that are running
result_steps.py           one sweep of a vault
warning_steps.py          a job read back with its warnings
not_carried_out_steps.py  writes that Azure accepts and does not carry out
job_lists.py              lists of jobs through the API
"""
