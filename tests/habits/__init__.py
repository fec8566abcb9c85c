"""Habits of the repository: subjects of commits, and the locks that migrations take.

subjects.py  checks the subjects of commits
locks.py     which locks a migration holds on tables that existed before it
"""
