"""One action for many VMs: protect, change the policy, pause, suspend, resume, back up.

1. `router` reads the request. `targets` resolves its targets once: ids, or what a selector matches now. Where the
   tenant may want a second person, each target is weighed as its single request would be.
2. `service` writes the request, its targets and its job (`bulk`) in one transaction. One approval covers all of it; it
   is bound to the hash of the targets and of what was found of each.
3. The submit loop of `jobs` claims the job, and `work` says that it runs: nothing is sent to Azure for the whole.
4. `loop` takes it on. What may happen next is decided by `rules` from rows alone. Each target's job is an ordinary one
   (`singles`), made in the transaction that notes it (`children`), under a key that is the same for every worker. So a
   worker may die anywhere, and another one finds in the rows what is still to do.
5. When all that began has ended, the request ends, and its job shows how many succeeded.

    router.py    the paths under /v1/bulk
    schemas.py   request and response bodies
    service.py   asks for a bulk request, reads its targets
    targets.py   which targets are meant, and what each would do
    rules.py     what a request does next, and how it ends. Pure: read it first.
    orders.py    what its job keeps, and what a second person is asked. Pure.
    row_json.py  the JSON of an order
    singles.py   the single request of each target
    children.py  makes the job of each target, or notes why not
    store.py     reads and writes the rows for the loop
    loop.py      the worker's loop
    work.py      the part of the job in the loops of `jobs`
    models.py    the tables of requests and targets
    errors.py    problems of bulk requests
"""
