"""An app and its policies, analysed for any front end: its routes, and findings about them."""
