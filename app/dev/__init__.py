"""The whole stack on one machine, for trials, and the demo.

`dev` and `demo` start the same processes; the demo then uses the public API alone.

    supervisor.py    starts and stops Postgres, simulator, API and worker, each a process
    story.py         the demo's caller: only the public REST API
    chapters.py      the demo, chapter by chapter
    daily_report.py  the demo: the report of the day
    restore_proof.py  the end of the demo: a proven restore, its evidence, and nothing left
    webhook_listener.py  the demo's own receiver of webhooks
    console.py       prints the demo on a terminal
    tokens.py        a caller's token from the simulator's identity provider
    embedded.py      the embedded Postgres of dev, demo and tests
    parent_death.py  starts a program that dies with its parent
    sample/          makes the sample world that `dev` starts with
    commands.py      what `holdfast dev` and `holdfast demo` do
"""
