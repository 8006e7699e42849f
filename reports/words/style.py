"""The look of the mail: one table, and the only place where it is written.

Every rule is printed inline, for clients without style blocks, and once for all cells
that take it from their table or row; Outlook on Windows, where cells take nothing, is
told again for the cells. The classes in LIVE are printed too, so that the style block
can override them on phones and in the dark.
Colours are chosen to pass AA on their ground in both schemes.
"""

import re
from functools import cache

from markupsafe import Markup


FONT = (
    "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Noto Sans',"
    "Helvetica,Arial,sans-serif"
)

#: One entry per class.
STYLES = {
    "page": "margin:0;padding:0;background-color:#eef1f4;color:#1b2430",
    "card": "background-color:#ffffff;color:#1b2430",
    "body": f"font-family:{FONT};font-size:15px;line-height:1.5;color:#1b2430;"
    "overflow-wrap:anywhere;word-break:break-word",
    "max": "max-width:640px;border-collapse:collapse",
    "pad": "padding:20px 24px",
    "above": "margin-top:10px",
    "under": "margin:4px 0 0",
    "item": "margin:0 0 6px",
    "line": "margin:0 0 3px",
    "below": "margin:10px 0 0",
    "gap": "margin-bottom:14px",
    "q": "padding:4px 10px 4px 0",
    "qa": "padding:4px 0",
    "h1": "margin:6px 0 10px;font-size:24px;line-height:1.25;font-weight:700",
    "h2": "margin:0 0 8px;font-size:17px;line-height:1.3;font-weight:700",
    "h3": "margin:0;font-size:16px;line-height:1.3;font-weight:700",
    "p": "margin:0 0 10px",
    "t": "margin:0",
    "sm": "font-size:13px;line-height:1.45",
    "s": "font-size:13px",
    "xs": "font-size:12px;line-height:1.35",
    "mut": "color:#545d6a",
    "b": "font-weight:700",
    "n": "font-weight:400",
    "red": "color:#a81e17",
    "amb": "color:#7a4b00",
    "grn": "color:#17633a",
    "lnk": "color:#0b57a8",
    "rule": "border-top:1px solid #d5dae1",
    "tbl": "border-collapse:collapse",
    "list": "border-collapse:collapse;line-height:1.4",
    "dense": "font-size:13px",
    "facts": "border-collapse:collapse;font-size:13px;line-height:1.45",
    "row": "border-bottom:1px solid #d5dae1",
    "head": "font-size:12px;color:#545d6a",
    "cell": "padding:7px 10px 7px 0",
    "num": "padding:7px 0 7px 10px",
    "thin": "padding:3px 0",
    "fig": "padding:0 12px 0 0;vertical-align:top;width:25%",
    "big": "font-size:20px;line-height:1.25;font-weight:700",
    "deal": "border:1px solid #d5dae1;border-radius:8px",
    "in": "padding:14px 16px",
    "key": "font-size:11px;line-height:11px",
    "step": "border-left:4px solid #3b78c3;padding:2px 0 2px 12px",
    "ask": "background-color:#e6f0fb;color:#12324f;padding:12px 14px;border-radius:6px",
    "note": "background-color:#fdf3dc;color:#4a3200;padding:10px 14px;"
    "border-radius:6px",
    "yes": "color:#17633a;font-weight:700",
    "no": "color:#a81e17;font-weight:700",
    "unknown": "color:#545d6a;font-weight:700",
    "bar": "height:10px;line-height:10px;font-size:1px",
    "flat": "border:0",
    "won": "background-color:#17633a",
    "sure": "background-color:#3b78c3",
    "hope": "background-color:#a9c4e4",
    "left": "background-color:#d9dee5",
    "fine": "background-color:#8fbfa4",
    "slow": "background-color:#e0b566",
    "over": "background-color:#c2504a",
    "strip": "font-size:12px",
    "ink": "color:#1b2430",
    "us0": "background-color:#eef1f4",
    "us1": "background-color:#cfe0f3;color:#12324f",
    "us2": "background-color:#93bbe6;color:#0c2136",
    "us3": "background-color:#1f5fa8;color:#ffffff",
    "them0": "background-color:#eef1f4",
    "them1": "background-color:#cde7d8;color:#10402a",
    "them2": "background-color:#8ecaa8;color:#0a2a1b",
    "them3": "background-color:#17633a;color:#ffffff",
}

#: The same on a dark ground; what is not here keeps its light value.
DARK = {
    "page": "background-color:#0f1419;color:#e4e8ed",
    "card": "background-color:#1a2129;color:#e4e8ed",
    "body": "color:#e4e8ed",
    "mut": "color:#a9b3c0",
    "red": "color:#ff9a92",
    "amb": "color:#f0bd62",
    "grn": "color:#86d6a4",
    "lnk": "color:#8ebcf5",
    "rule": "border-color:#37414d",
    "row": "border-color:#37414d",
    "ink": "color:#e4e8ed",
    "head": "color:#a9b3c0",
    "deal": "border-color:#37414d",
    "step": "border-color:#5b93d6",
    "ask": "background-color:#17304a;color:#dbe9f8",
    "note": "background-color:#3a2f14;color:#f6e6c0",
    "yes": "color:#86d6a4",
    "no": "color:#ff9a92",
    "unknown": "color:#a9b3c0",
    "won": "background-color:#4fae7c",
    "sure": "background-color:#5b93d6",
    "hope": "background-color:#2f4d70",
    "left": "background-color:#37414d",
    "fine": "background-color:#3f7a5a",
    "slow": "background-color:#a97c25",
    "over": "background-color:#b0453f",
    "us0": "background-color:#262f39;color:#a9b3c0",
    "us1": "background-color:#1d3a5a;color:#dbe9f8",
    "us2": "background-color:#2b5f9a;color:#ffffff",
    "us3": "background-color:#8ebcf5;color:#0c2136",
    "them0": "background-color:#262f39;color:#a9b3c0",
    "them1": "background-color:#1c4430;color:#d5f0e0",
    "them2": "background-color:#1f6b43;color:#ffffff",
    "them3": "background-color:#86d6a4;color:#0a2a1b",
}

#: On narrow screens.
PHONE = {
    "pad": "padding:16px 14px",
    "in": "padding:12px 8px",
    "h1": "font-size:21px",
    "fig": "display:inline-block;width:46%;padding:0 8px 10px 0",
}

#: What a page from right to left has the other way round: the sides by their name,
#: and the second and fourth of four lengths.
TURNED = {"left": "right", "right": "left"}
SIDES = re.compile(r"\b(?:left|right)\b")
FOUR = re.compile(r"((?:padding|margin):[^\s;!]+) ([^\s;!]+) ([^\s;!]+) ([^\s;!]+)")

#: Where the style block finds those that have no class: every link is one, and every
#: row of a list.
SELECTORS = {"lnk": "a", "row": ".list tr"}
#: What cells take from their table or row, everywhere but in Outlook on Windows.
HANDED_DOWN = ("list", "dense", "facts", "strip", "head", "mut")
#: Cells of these have their ground as an attribute, which is shorter and as good; not
#: those with light ink: a spam filter knows no attribute and takes them for hidden.
GROUNDS = frozenset(f"{side}{dark}" for side in ("us", "them") for dark in range(3))

#: Classes that a style block is about; only these are printed.
LIVE = frozenset({*DARK, *PHONE, *HANDED_DOWN} - {*SELECTORS})


@cache
def sty(names: str, direction: str = "ltr") -> Markup:
    """The ``class`` and ``style`` of a tag; a later name wins."""
    rules: dict[str, str] = {}
    for name in names.split():
        rules |= dict(rule.split(":", 1) for rule in STYLES[name].split(";") if rule)
    live = " ".join(name for name in names.split() if name in LIVE)
    ground = rules.pop("background-color") if GROUNDS & {*names.split()} else ""
    css = ";".join(f"{key}:{value}" for key, value in rules.items())
    css = mirrored(css) if direction == "rtl" else css
    # Both are ours: names of this table and values of it.
    return Markup(  # noqa: S704
        (f' class="{live}"' if live else "")
        + (f' bgcolor="{ground}"' if ground else "")
        + (f' style="{css}"' if css else "")
    )


def mirrored(css: str) -> str:
    """The rules for a page that runs from right to left."""
    turned = SIDES.sub(lambda found: TURNED[found[0]], css)
    return FOUR.sub(r"\1 \4 \3 \2", turned)


def important(rules: str) -> str:
    """The rules as they must be written to win over inline ones."""
    return ";".join(f"{rule}!important" for rule in rules.split(";"))


@cache
def head_css(direction: str = "ltr") -> Markup:
    """The style block: dark scheme, phones, print."""
    dark, phone = overriding(DARK), overriding(PHONE)
    phone = mirrored(phone) if direction == "rtl" else phone
    return Markup(  # noqa: S704
        ":root{color-scheme:light dark;supported-color-schemes:light dark}"
        ".im{color:inherit!important}a{text-decoration:underline}"
        "a[x-apple-data-detectors]{color:inherit!important;"
        "text-decoration:none!important}"
        "#MessageViewBody{width:100%!important}"
        f"@media (max-width:480px){{{phone}}}"
        f"@media (prefers-color-scheme:dark){{{dark}}}"
        "@media print{.page,.card{background-color:#ffffff!important}"
        ".deal{page-break-inside:avoid}}"
    )


def overriding(table: dict[str, str]) -> str:
    """The rules of a table as they stand in a style block."""
    return "".join(
        f"{SELECTORS.get(name, f'.{name}')}{{{important(css)}}}"
        for name, css in table.items()
    )


@cache
def word_css() -> Markup:
    """What Outlook on Windows is told of cells; it reads this style block alone."""
    handed = {
        name: STYLES[name].removeprefix("border-collapse:collapse;")
        for name in HANDED_DOWN
    }
    handed["list"] = f"{STYLES['row']};{handed['list']}"
    cells = "".join(f".{name} td,.{name} th{{{css}}}" for name, css in handed.items())
    return Markup(  # noqa: S704
        f"table,td,th,p,h1,h2,h3{{font-family:Arial,sans-serif}}{cells}"
    )
