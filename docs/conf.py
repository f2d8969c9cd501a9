"""The settings of Sphinx, which builds this documentation: `make docs`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "flask-crossorigin"
author = "flask-crossorigin contributors"
project_copyright = author

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_copybutton", "generated"]
exclude_patterns = ["_build", "_ext", "_generated/*.md", "conftest.py"]

# Text.

myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3
default_role = "code"  # docstrings write names in single backticks
copybutton_exclude = ".linenos, .gp, .go"

# The API, from docstrings.

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_preserve_defaults = True

# Pages.

html_theme = "furo"
html_title = "flask-crossorigin"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_show_sphinx = False
html_copy_source = False
html_theme_options = {"navigation_with_keys": True}
