"""Which worker takes which job: due rows become claimed ones, the tenants in turn.

claims.py  claims due jobs; writes the attempt in the same statement
fences.py  whether a job is still with the worker that was given it
rounds.py  which due jobs a claim takes: round by round, one of each tenant in a round
"""
