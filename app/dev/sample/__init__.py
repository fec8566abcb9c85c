"""Makes the sample world that `holdfast dev` starts with: a tenant with an object for each verb of the API.

Everything is made through the public API and the worker's own loops, in one process, against the simulator; so every
row is one that Holdfast writes. Only ids are given (app/examples/ids.py): a caller can name them beforehand.

    making.py      from an empty database to the sample world
    azure.py       what the simulator is asked to have: VMs, networks, points of the last nights
    stage.py       API and loops in this process, and the clock of the simulator
    given_ids.py   ids that the next request gets
    requests.py    what is asked of the API, in order
    process.py     the process of `holdfast dev` that makes the sample world
"""
