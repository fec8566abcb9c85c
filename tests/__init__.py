"""The proof of Holdfast. The folders mirror `app/`; `stories` goes through real processes and uses no mocks.

Every test has a database of its own. Nothing sleeps for Azure: the simulator's clock is advanced, the loops are run
once at a time. No test needs the network.

    walking.py         traces a request through the files of app/, and counts the structure
    world.py           the whole of Holdfast in one process: API, loops, simulated Azure, real Postgres
    database.py        one Postgres for a run, one database for each test
    callers.py         callers for tests that speak to services
    clock.py           a database whose clock the test moves
    wrong_clock.py     `holdfast` in a process with a wrong wall clock
    cable.py           a connection to Postgres that a test can cut
    resource_pool.py   expensive things made once for a process and lent out
    warm_connections.py  sessions of Postgres that go from test to test
    processes.py       finds the processes a test has started
    many_jobs.py       a table of jobs as it is after months
    whole.py           how far a test walks in this run
    fleet.py           ten thousand backups in a hundred vaults
    problem_checks.py  what every problem+json answer must hold
    folder_order.py    the folders of app/, and the order in which they may import each other
"""
