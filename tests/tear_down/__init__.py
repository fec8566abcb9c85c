"""What a restore made, listed and deleted again: what is not its own is never touched.

oracle.py           a group of things that knows who made what
tear_down_steps.py  restores whose parts exist in the simulator, and their tear-down
"""
