"""The library beside the packages that its users have: the real ones, at locked versions.

`make test-ecosystem` installs them and runs this. A missing package is an error, never a skip.
"""
