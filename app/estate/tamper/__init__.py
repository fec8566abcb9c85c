"""Blast radius: what could be restored before something was weakened from outside, and what can be restored after.

radius.py     kinds, and the sums over the items. Pure.
weighing.py   weighs the open drifts of a vault, and keeps one row for each kind
"""
