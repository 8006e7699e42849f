"""Every route of the sandbox, in the order in which they are tried."""

from typing import Final

from sandbox import soap
from sandbox.routes import (
    auth,
    bulk1,
    bulk1_results,
    bulk2,
    collections,
    composite,
    control,
    data,
    sobjects,
    uiapi,
)


ROUTES: Final = (
    *control.ROUTES,
    *auth.ROUTES,
    *soap.ROUTES,
    *data.ROUTES,
    *sobjects.ROUTES,
    *collections.ROUTES,
    *composite.ROUTES,
    *bulk2.ROUTES,
    *bulk1.ROUTES,
    *bulk1_results.ROUTES,
    *uiapi.ROUTES,
    *data.REFUSALS,
)
