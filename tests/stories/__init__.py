"""Whole stories through real processes: a VM's life, killed and frozen workers, failover, browsers, wrong clocks.

browser.py    a headless Chromium over its DevTools pipe
elsewhen.py   APIs and workers with wrong wall clocks
processes.py  an API, a worker and a simulator as processes of their own
stage.py      the API, worker and simulator as processes that can be killed
"""
