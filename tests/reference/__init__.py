"""What clients are promised by the OpenAPI document: names, words, and that a change of them is announced.

breaking.py       which changes break a caller
baseline.py       the document of the last release
announcements.py  which breaks the changelog announces
planted.py        changes that do and do not break a caller
"""
