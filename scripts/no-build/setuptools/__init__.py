"""Stand-in for setuptools, which nothing is built with."""
