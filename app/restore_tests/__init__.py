"""Restore tests: VMs are restored into an isolated network, verified, and deleted again, by a schedule.

1. A test says which VMs, when, where to, and what is verified (docs/restore-tests.md). `router` refuses a target that
   is not isolated from production.
2. A round takes a sample of the VMs. It is a job (`restore_test_run`), with a run for each VM.
3. The worker's loop takes each run on (runs/): an ordinary restore, the levels, the machine kept for a while, the
   tear-down. What comes next is decided by `rules` from rows alone, so a worker may die anywhere.
4. At its end a run is written down as evidence (app/evidence), and its item shows what was proven.

    rules.py         what a run does next. Pure: read it first.
    levels.py        what passes a level. Pure.
    sampling.py      which VMs a round takes. Pure.
    schedule.py      when a round is due. Pure.
    statements.py    the facts of a run that its evidence states. Pure.
    router.py        /v1/restore-tests
    schemas.py       its bodies
    service.py       writes and reads tests, and asks for rounds
    plans.py         tests of recovery plans: what a definition takes from its plan
    approvals.py     asks a second person for a test that is defined
    script_secrets.py  secret parameters of a script: encrypted, and bound to the definition
    reencrypting.py  encrypts their secrets with a new key
    models.py        the tables
    errors.py        what can go wrong
    runs/            each item of a round: /v1/restore-test-runs, and the worker's loop
    quarter/         the report of a quarter: /v1/reports/restore-tests
"""
