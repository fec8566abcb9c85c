"""Selectors: which VMs are meant, by what is known of them rather than by their ids.

One selector for everything that takes one: estimates of cost, recovery plans, restore tests, protection rules, bulk
requests. Lists OR, members AND; an empty selector selects all. Letter case counts as it does in Azure: only for the
values of tags.

    rules.py    whether a selector selects a VM
    queries.py  the same as conditions of SQL
    schemas.py  its body
"""
