"""What changed, for those who want to be told: the events of app/core/events as CloudEvents.

An event is told in the form in which a GET answers the resource. Only the wiring knows all of these forms, so it gives
this folder a renderer for each kind of resource.

    router.py         GET /v1/events: pages and a stream
    schemas.py        the page
    rules.py          which form a caller asks for
    filters.py        which events are wanted
    cloud_events.py   an event as a CloudEvent
    rendering.py      which renderer makes the `data` of which event
    cursors.py        the place of a reader in the log
    reads.py          reads the log from there
    feed.py           one read for all who wait at the same place
    streams.py        one open stream, and how many there may be
    open_streams.py   who waits, and the answer `text/event-stream`, for routes
    conditional_reads.py  GET of one resource: answered when it changes, for routes
    quiet_changes.py  changes that are no events
    models.py         how far the log was pruned
    errors.py         problems of requests about events
"""
