"""The adapter: what is sent, what each recorded answer means, and that a trigger is one request.

tape.py             recorded traffic, played in Azure's place
recorded.py         one adapter call for each kind of recorded read
recorded_writes.py  the same for writes
not_spoken.py       recorded exchanges that the port does not speak, with reasons
oracle.py           reads a raw answer by rules of its own, to compare with the adapter
policy_oracle.py    the same for policies
compute_steps.py    answers of Compute and Network, and the ids that they are about
"""
