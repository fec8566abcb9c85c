"""Restore tests: what is defined, what a run does next, and runs from beginning to end.

round_steps.py  a test whose network is isolated, and rounds of it, through the public API
"""
