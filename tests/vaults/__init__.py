"""Vaults: created once, adopted, changed, deleted; lost answers, odd lists and tags.

vault_steps.py    vaults through the API, and changes behind Holdfast's back
foreign.py        recorded bodies of Azure's with a member dropped or mangled
foreign_lists.py  lists of Azure's that are not as expected, and a refresh under them
"""
