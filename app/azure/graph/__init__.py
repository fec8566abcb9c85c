"""What is asked of Azure Resource Graph, and what it shows: a hint, never the truth (docs/azure.md, Resource Graph).

queries.py  the texts of the queries
values.py   the rows, in our words
"""
