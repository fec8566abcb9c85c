"""Who may call: tokens, issuers, keys, rights, limits, and the database roles behind them.

cluster.py        a Postgres cluster without Holdfast's roles; rows for every table
forged_tokens.py  tokens that are almost right
tables.py         every table, and whose rows it holds
"""
