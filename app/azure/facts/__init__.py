"""Facts about Azure as tables, each with its source. Pure; nothing here asks Azure.

regions.py  Azure's paired regions
actions.py  the Azure actions that each operation of Holdfast needs
roles.py    the built-in role that holds an action
sizes.py    sizes in words, as bytes
"""
