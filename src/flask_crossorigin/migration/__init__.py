"""Translation of flask-cors's options into the settings of this library, as plain data."""
