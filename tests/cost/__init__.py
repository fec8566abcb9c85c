"""What backup costs: the formula against invoices by hand, the price list against odd answers, the API and the loop.

invoices.py  twenty invoices by hand; imports nothing of app
planted.py   items as rows, with a past
simulated_fleets.py  fleets in the simulator, and what they cost there; imports nothing of app/cost
fleets.py    fleets drawn by seed and what they will cost, day by day; imports nothing of app
"""
