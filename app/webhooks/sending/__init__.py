"""From an event to the receiver: the loops of the worker, and the SQL that keeps order through any number of them.

enqueueing.py     adds deliveries, so that each lane has one head
fan_out.py        the loop that hands out events
delivering.py     the loop that sends
delivery_rows.py  its SQL
pruning.py        the loop that deletes what is old
"""
