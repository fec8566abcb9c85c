"""Daily reports: what became of each day's backups, also of those that never began.

made_facts.py   items, vaults, policies and backups of a day, without a database
made_pages.py   a report that has something of everything, and the nights before it
night_steps.py  a tenant whose VM is backed up every night, and the loop that writes reports
"""
