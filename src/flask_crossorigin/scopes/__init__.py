"""Which policy applies.

At start-up: ``declarations`` and ``decorators`` record, ``table`` works out the scopes of every
rule, ``misplaced_decorators`` and ``overlap`` check them. For a request: ``router`` matches,
``resolver`` finds the policy.
"""
