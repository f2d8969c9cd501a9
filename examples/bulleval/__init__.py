"""Bulleval: an evaluations API on one origin, its front end on another, and a stranger.

`python -m bulleval` from the folder `examples` starts all three. Read `api.py` first: it is the
part that shows how flask-crossorigin is used.
"""
