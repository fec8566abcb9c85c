"""The command `holdfastctl`. It starts quickly: each command, and what it needs, is imported when it is used.

main.py       the entry: global options, the list of commands, and exit codes
options.py    options that many commands share
settings.py   which server, which login, which tenant
login.py      `login`, `logout`: signing in at an OIDC issuer
signing_in.py the device code, the browser, and refresh tokens
issuer.py     what an OIDC issuer answers
session.py    requests of a command, over the client
names.py      from a name to one thing, or to a list of candidates
output.py     tables, JSON, CSV, and lines for people
times.py      points in time as people write them
following.py  jobs until they end
screen.py     how followed jobs are shown: as bars or lines
estate.py     `vms`, `items`, `points`, `protect`
writes.py     `backup`, `restore`
jobs.py       `jobs` and its parts, `approve`
reporting.py  `report`, `bulk`
doctor.py     `doctor`: one line for each thing that must be right
"""
