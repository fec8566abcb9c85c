"""A recovery run carries out a recovery plan, or rehearses it: wave by wave, each VM once.

1. `router` reads the plan, chooses the recovery point of every member in Azure, checks every restore, and refuses the
   run if one that may not fail cannot be done (app/recovery_plans/preflight.py).
2. `service` writes the run, its members and its job (`recovery_run`) in one transaction. The job keeps a copy of the
   plan with every point and target. One approval covers all of it.
3. The submit loop of `jobs` claims the job, and `work` says that it runs: nothing is sent to Azure for the run itself.
4. `loop` takes the run on. What may happen next is decided by `rules` from rows alone: the states of the members' jobs,
   the gates, the clock. Each member's restore is an ordinary job (`members`), made in the transaction that writes the
   member down as restoring, under a key that is the same for every worker. So a worker may die anywhere, and another
   one finds in the rows what is still to do.
5. When all that began has ended, the run ends, and its job shows what came back.

    router.py    the routes of runs and gates
    schemas.py   request and response bodies
    service.py   asks for a run, reads runs, decides gates
    rules.py     what a run does next. Pure: read it first.
    orders.py    what a run's job keeps: the plan, the points and targets. Pure.
    outcomes.py  the end of a run: its job's state, result and error. Pure.
    row_json.py  the JSON of orders and waves
    store.py     reads and writes the rows of runs for the loop
    endings.py   writes the end of a run
    members.py   makes the restores of members
    looks.py     looks at Azure: before a member begins, and for a gate
    loop.py      the worker's loop
    work.py      the part of the run's job in the loops of `jobs`
    models.py    the tables of runs and members
    errors.py    problems of requests about runs
"""
