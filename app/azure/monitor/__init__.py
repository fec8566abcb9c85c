"""What is asked of Azure Monitor: who hears about failed backups of a vault, and when (docs/azure.md, Azure Monitor).

ports.py   the calls
values.py  their arguments and results
"""
