"""Events as callers are told of them: what they say, in which order, and that none is lost or told of twice.

streaming.py  a client of server-sent events
resources.py  one resource of each kind that has an ETag
changes.py    changes of vaults, written as a job would
"""
