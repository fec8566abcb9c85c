"""Protected items: what may be asked in which state, odd names, changes in order and once each.

Helpers:

    outside_steps.py  a VM that was protected without Holdfast
    health/           expected runs, due times, misses, expectations
"""
