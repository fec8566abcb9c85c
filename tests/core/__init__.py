"""What every feature stands on: database, leases, loops, settings, HTTP conventions, embedded Postgres."""
