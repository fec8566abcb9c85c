"""Evidence: signed statements, and whether any change of them is found.

statements.py        a statement and the keys of the tests
offline_verifier.py  the verifier of the docs
"""
