"""A fuzz: random apps and requests, compared with a slow reference.

python -m tests.fuzz --seconds 300 --seed 7
python -m tests.fuzz --replay 7:12
"""
