"""Access control: a function of the user's decides who may use a view.

The way of a request to a view:

    Guard         enforces, where Flask dispatches                 guard.py
    Declarations  the needs of the view, by every declaration      requirements.py
    Verifier      calls the user's function for each of them       verification.py
    exceptions    the refusals, 401 and 403                        exceptions.py
"""

from .extension import Access as Access
from .extension import AccessStated as AccessStated
from .extension import access_of as access_of
from .extension import access_problems as access_problems
from .extension import access_stated as access_stated
