"""``flask cors explain``: a request as a browser would make it, step by step."""
