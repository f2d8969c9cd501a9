"""WhiteNoise: files, which the policy of the app does not reach."""

from flask import Flask
from whitenoise import WhiteNoise


def use_whitenoise(app: Flask, folder: str) -> None:
    """Serve the files of `folder`. Only pages of the same origin may read them.

    By default WhiteNoise allows every origin. Let Flask serve the files that some may read.
    """
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app, root=folder, allow_all_origins=False
    )
