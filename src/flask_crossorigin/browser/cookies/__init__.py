"""The cookies of the browser model."""
