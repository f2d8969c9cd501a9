"""The commands of ``flask cors``, one module each, and the modules that they share."""
