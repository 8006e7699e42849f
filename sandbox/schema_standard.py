"""The standard objects together, by lower-case name."""

from collections.abc import Mapping
from typing import Final

from sandbox.schema import SObject
from sandbox.schema_activity import ACTIVITY
from sandbox.schema_admin import ADMIN
from sandbox.schema_deals import DEALS
from sandbox.schema_sales import SALES


STANDARD: Final[Mapping[str, SObject]] = {
    o.name.lower(): o for o in (*SALES, *DEALS, *ACTIVITY, *ADMIN)
}
