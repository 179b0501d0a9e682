"""Child processes for hostile work: they get requests on a pipe, hold nothing worth stealing and end at the first trouble.

What a child can do lies in ``exchange/core/pdf``; this side only knows the pipe, so that uploads can be inspected
without importing what opens them.
"""
