"""The protocol as plain values and tables: no framework, no input or output."""
