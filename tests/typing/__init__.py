"""Uses of the public names, which `make types` checks. Nothing runs them."""  # noqa: A005

# `accepted_*.py` must have no error. In `rejected.py` each marked line must have exactly the errors
# that its two comments name: both type checkers report a comment that suppresses nothing.
