"""A policy: when the VMs of a vault are backed up, and how long each point is kept.

In Azure: `vaults/backupPolicies`, one JSON document, and one error code for every mistake in it. Here: a typed
definition that is checked before it is sent, previewed and compared before it is changed; every revision is kept.
Azure's own policies are there from the start. One that our definition cannot express is shown and never written.

    router.py           create and list below a vault; read, change, delete by id; preview
    schemas.py          their bodies
    preview_schemas.py  bodies of previews and of the diff of a change
    service.py          requests for policies, and what must hold before
    write_requests.py   a change or a deletion, from the request to its job
    rules.py            what a policy may say
    advice.py           hints about a valid policy
    zones.py            suggestions for a time zone that Azure does not know
    preview.py          runs of a policy, their points, how long each is kept
    changes.py          what a change of a policy takes away
    usage_checks.py     who follows a policy, which unsent jobs name it, the state of its vault
    work.py             the worker's part: put and delete
    records.py          writes Azure's policies into rows and revisions
    models.py           tables of policies and revisions
    errors.py           what can go wrong
"""
