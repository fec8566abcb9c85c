"""Webhooks: events sent to the receivers of a tenant, signed, in order, at least once.

    events, in the order of the commits
       | sending/fan_out.py      a delivery for each webhook that wants the event, in one transaction with the cursor
    deliveries; of each resource (lane) one is the head
       | sending/delivering.py   a worker leases a webhook and sends its heads; what ends makes the next one the head
    receiver

A URL comes from a caller, so each call is checked as if it were an attack on the network that Holdfast runs in
(targets.py, outgoing.py). docs/webhooks.md says what receivers are promised.

    router.py    /v1/webhooks
    schemas.py   its bodies
    service.py   reads and writes webhooks
    replays.py   sends events again
    targets.py   which URLs and addresses may be called. Pure.
    outgoing.py  calls a receiver by an address that was checked
    lookups.py   the addresses of hosts
    shares.py    shares few places between tenants. Pure.
    signing.py   the headers of a delivery. Pure.
    rules.py     retries, pauses, when a webhook is disabled. Pure.
    reencrypting.py  encrypts stored secrets with a new key
    document.py  what receivers get, for the OpenAPI document
    matching.py  which events a webhook wants. Pure.
    models.py    the tables
    errors.py    what can go wrong

    sending/     the loops: events are handed out, deliveries are sent, old ones are deleted
"""
