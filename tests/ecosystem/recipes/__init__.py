"""Recipes: this library beside one other package. The documentation shows these files as they are.

The tests of this folder run each of them with the real package.
"""
