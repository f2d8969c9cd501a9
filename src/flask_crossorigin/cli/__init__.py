"""The commands of ``flask cors``, one module each, and what they share."""
