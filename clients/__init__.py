"""Generating the clients of the API. `make clients` runs this folder's generate.py.

generate.py     runs the generators, puts what they made in order, and notes from what it was made
slim_models.py  generated classes without attrs, and without what callers do not need
resources.py    the resources of the Python client: one method for each operation
stamp.py        from what the clients were made: a cheap test of drift
"""
