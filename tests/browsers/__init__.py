"""Tests in real browsers: Chromium, Firefox and WebKitGTK, headless, on this machine alone."""
