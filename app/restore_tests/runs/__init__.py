"""Runs of restore tests: what callers read of them, and the worker's loop that leads them.

router.py    /v1/restore-test-runs
schemas.py   its bodies
reads.py     lists and reads
verdicts.py  the token of the caller's own check, and the verdict
work.py      the jobs of rounds, and of approvals of definitions, in the loops of `jobs`
loop.py      the worker's loop: takes each run on, step by step
due.py       begins the rounds of schedules
store.py     claims runs, and writes what follows of them
begin.py     begins the restore of a run, and its tear-down
pruning.py   deletes old runs, and what deleted tenants left
planned.py   rounds of a recovery plan: one rehearsal, with a run for each of its VMs
looks.py     looks at Azure for a run: points, source, restored machine, script
events.py    writes the events of runs
concluding.py  how a run ends what it was at: failed, too late, given up, torn down
ending.py    the outcome, the evidence, and the end of a round
"""
