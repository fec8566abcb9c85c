"""What every feature stands on: settings, database, clock, leases, loops, errors, HTTP conventions.

Nothing here knows a noun of Holdfast.
"""
