"""The names of flask-cors, for the time of a migration.

Replace ``from flask_cors import CORS, cross_origin`` by
``from flask_crossorigin.compat import CORS, cross_origin``. The arguments and the ``CORS_*`` keys
are flask-cors's. An option that is unsafe or has no equivalent is a
:exc:`~flask_crossorigin.PolicyError` with its fix. What now allows or denies something else is a
:exc:`~flask_crossorigin.CrossOriginWarning`.

Differences that you see in code:

- ``cross_origin`` needs ``CORS(app)``. Write ``CORS(app, origins=[])`` to allow nothing but
  decorated views.
- The options `allow_null_origin`, `allow_insecure_origins` and `allow_public_suffix_subdomains`
  are accepted too. Each permits what is an error without it.
"""

from .decorator import cross_origin
from .extension import CORS

__all__ = ["CORS", "cross_origin"]
