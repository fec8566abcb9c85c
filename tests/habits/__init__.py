"""Habits of the repository: subjects of commits, words of the prose, and the locks that migrations take.

subjects.py  checks the subjects of commits
words.py     finds the words that plain prose avoids
locks.py     which locks a migration holds on tables that existed before it
"""
