"""``flask cors explain``: what a browser would do with a request, step by step."""
