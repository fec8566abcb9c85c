"""`make soak`: what must hold under fire, counted against what the simulator knows to have really happened.

    workers.py            workers that come up in a tenth of a second
    stage.py              the processes: Postgres, simulator, API, workers that are killed and come back
    persistent_caller.py  a caller who repeats what was not answered, with the same key, and notes every status
    truth.py              exactly once: jobs and attempts beside the simulator's record of what acted
    once.py               R1 workers killed, R7 Postgres restarted, R18 rolling restarts, and frozen workers
    racing.py             R9 two replicas and one lease
    acknowledging.py      R20 Azure accepts and does nothing
    lying.py              R19 lists that are none, longer than SETTLE
    dying.py              R2 a worker killed at every await of everything that it does
    whole.py              the tests that walk only a part of their way in `make test`, each to its end
    forecasting.py        the cost of 50 fleets 90 days ahead, against what the simulator makes of them
    tampering.py          what is weakened from outside, found in one sweep
    plans.py              R24 recovery plans, wave by wave, while workers are killed
    bulk.py               R26 200 VMs by one bulk request with planted failures, while workers are killed
    webhooks.py           R23 events to receivers that fail, hang and are dead, while dispatchers are killed
    dispatcher.py         a process that hands out events and sends them
    bad_receiver.py       a process of receivers that fail, hang and are dead
    repeats.py            why an event was accepted more than once
    webhook_pace.py       the times of that soak
    proving.py            R25 restore tests with planted failures, while workers are killed and Azure is away
    proof_verdicts.py     what must have come of it
    foreign.py            every member of Azure's recorded bodies, dropped and mangled

Time is helped along in one way only: leases end after seconds instead of minutes (a trigger in the soak's own database
shortens them), and SETTLE is set to seconds. Both make it harder: claims change hands while their owner still works.
"""
