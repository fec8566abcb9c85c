"""Machines that a restore made, and what belongs to them: looked at, tried with a script, deleted; and their networks.

The facts are in docs/azure.md, Compute and Network, with the actions of Azure that each call needs.

ports.py   the calls
values.py  their arguments and results
"""
