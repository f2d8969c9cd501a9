"""Tests in Chromium, Firefox and WebKitGTK, headless and without network access."""
