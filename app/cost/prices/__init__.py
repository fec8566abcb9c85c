"""Price lists: Azure's public one, read over HTTP and kept for a day, and the one that comes with Holdfast.

meters.py  how Azure's rows are read, and the list in the package
retail.py  Azure's public price list over HTTP
lists.py   which price list is used
"""
