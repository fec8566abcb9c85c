"""Holdfast on one machine, for people: the whole stack under one owner, and the demo that walks through it.

`supervisor` starts the embedded Postgres, the simulator, the API and the worker, each a process of its own, waits until
they answer, and stops them all. `story` is the main job, told through the public REST API alone. `rendering` shows it.
`tokens` asks the simulator's identity provider for a caller's token. `commands` is what `holdfast dev` and
`holdfast demo` do with these.
"""
