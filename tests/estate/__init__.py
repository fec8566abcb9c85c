"""The estate: which machines there are, how each is backed up, and what changed outside.

estate_steps.py     an estate over three subscriptions, and readings of it
outside_actions.py  what other tools do to vaults, policies and items, through Azure's own SDK
sequences.py        sequences of such actions, drawn by a seed, and what was found of them
"""
