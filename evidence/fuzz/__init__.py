"""Random programs on both engines: a difference that is no published departure is a fault.

A program is a list of lines. hypothesis draws them (`arguments`, `drawing`); `session` runs them
one by one and writes down all that can be seen of each; `compare` says what differs; torch runs in
a process of its own (`torch_worker`), since an odd call may end it. `python -m evidence.fuzz` runs
it.
"""
