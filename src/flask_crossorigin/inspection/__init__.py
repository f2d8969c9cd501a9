"""Analysis of an app for any front end: its routes, and warnings about its configuration."""
