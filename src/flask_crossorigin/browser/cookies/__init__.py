"""The cookies of the browser model: parsing, storing and sending them (RFC 6265bis)."""
