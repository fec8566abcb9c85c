"""Enforcing: the worker's loop over the rules that are enforced, and the approval that one may need.

loop.py         the worker's loop: weighs a rule, holds it back, or has its jobs asked for
asking.py       asks for the jobs of a rule, each once
withdrawing.py  takes back pauses that are not wanted any more
lost_checks.py  asks Azure about a VM before its backups are paused
approving.py    lets a rule be enforced, or asks for the approval
work.py         the part of an approval's job in the loops of `jobs`
"""
