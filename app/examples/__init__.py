"""The sample world, and the examples of the OpenAPI document, which are about it.

`make run` makes the sample world (app/dev/sample), and every example can be executed in it as it stands: a test does
(tests/examples/test_executed.py).

    ids.py          the ids of all sample objects, and their names in Azure
    bodies.py       examples of request bodies: vaults, items, restores, jobs
    more_bodies.py  examples of request bodies: everything else
    parameters.py   examples of parameters
    document.py     puts the examples into the OpenAPI document
"""
