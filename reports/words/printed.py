"""Pages of the archive as PDF, for those who pass them round; an optional extra."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, NoReturn


#: Makes a PDF of a page.
Press = Callable[[str], bytes]
#: Which pages are worth a sheet of paper.
PRINTED = frozenset({"packet", "rollup", "dealsheet"})


class NoPress(Exception):  # noqa: N818  # an extra that is not there
    """What makes PDFs is not installed, or lacks a library of the system."""


def press() -> Press:
    """What makes PDFs, as the extra ``pdf`` brings it; NoPress without it."""
    try:
        maker = import_module("weasyprint")
    except (ImportError, OSError) as error:
        raise NoPress(
            "[delivery] pdf = true needs the extra: pip install 'dealpacket[pdf]', and "
            f"the Pango library of the system ({error})"
        ) from error

    def made(html: str) -> bytes:
        page = maker.HTML(string=html, url_fetcher=refused)
        return bytes(page.write_pdf(pdf_variant="pdf/ua-1"))

    return made


def refused(url: str, *_: Any, **__: Any) -> NoReturn:
    """A page of the archive needs nothing from anywhere."""
    raise ValueError(f"a page of the archive asked for {url}")


def beside(path: str) -> str:
    """Where the PDF of a page lies."""
    return f"{path.removesuffix('.html')}.pdf"
