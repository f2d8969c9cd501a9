"""Connexion 2, which can't be installed beside Connexion 3: an environment of its own runs this."""
