"""Does Holdfast's own identity hold in Azure what an operation needs? Asked before anybody is disappointed by a 403.

In Azure's world these are role assignments; in ours a table of actions (app/azure/actions.py) held against what Azure
says of each scope. The answer names what is missing, and the least-privilege custom role is ready to be created.
"""
