"""The protocol itself: plain values and tables, no framework, no input or output."""
