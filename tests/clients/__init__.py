"""The clients, and the command holdfastctl.

served.py          a world of tests behind a real port, with a worker that goes on
commands.py        runs holdfastctl: in a pipe, or under a pseudo-terminal
test_drift.py      the committed clients are those of the document
test_exchange.py   retries, keys, problems and waits of the Python client
test_python.py     the Python client against a server, and its README
test_commands.py   holdfastctl: names, times, outcomes, bad input
issuers.py        an OIDC issuer that answers what a test says
test_renewals.py  renewing a login, by many at once
test_bad_input.py holdfastctl where something beside it is wrong
test_story.py      holdfastctl from signing in to a restored VM
test_typescript.py the TypeScript client, its README, and the portal page in a browser
"""
