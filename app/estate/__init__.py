"""The estate: every virtual machine of the granted subscriptions, and whether its backups are in order.

Everything else in Holdfast begins with a request. This looks for what was never requested: the VM that is in no vault,
the setting that was weakened elsewhere. A loop reads Azure Resource Graph for all tenants together. It is a hint: what
it does not show is not absent, and what it shows may be late. So our own rows come first, a granted scope without rows
is read once from Azure itself, and what could not be read is named (`unreachable`).

    router.py         /v1/estate and /v1/unprotected-vms
    schemas.py        its bodies
    service.py        reads for answers: machines, coverage, drift
    queries.py        the SQL of a machine's state
    views.py          what one tenant gets of a reading
    rules.py          states, scopes, filters, what is not reachable
    reading.py        the loop that reads
    looking.py        one reading of Azure, without the database
    records.py        writes what was read to our rows
    drift_rules.py    what changed outside of Holdfast, and was weakened. Pure.
    drift_subjects.py  what is compared, from our rows
    drift_records.py  compares, keeps facts and drifts
    tamper/           what could be restored before and after
    models.py         its tables
    errors.py         what can go wrong
"""
