"""flask-cors's own tests, run over the bridge."""
