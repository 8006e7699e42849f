"""From the text of a query to its tree, by a grammar; refuses what is not SOQL."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path as File
from typing import Final

from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedToken, VisitError

from sandbox.errors import ApiError
from sandbox.soql.build import Build, MisreadError, start_of
from sandbox.soql.refusals import malformed
from sandbox.soql.tree import Query


#: The longest query that the service reads, in characters.
LONGEST: Final = 100_000


GRAMMAR: Final = Lark(
    (File(__file__).parent / "grammar.lark").read_text(encoding="utf-8"),
    parser="lalr",
    lexer="contextual",
    propagate_positions=False,
    maybe_placeholders=False,
)


@lru_cache(maxsize=512)
def parse(text: str) -> Query:
    """The tree of a query; ApiError MALFORMED_QUERY where it is none."""
    if len(text) > LONGEST:
        raise ApiError(
            400,
            "QUERY_TOO_COMPLICATED",
            "SOQL statements cannot be longer than 100,000 characters.",
        )
    if not text.strip():
        raise ApiError(400, "MALFORMED_QUERY", "unexpected token: '<EOF>'")
    try:
        return Build().transform(GRAMMAR.parse(text))
    except UnexpectedToken as error:
        raise unexpected(text, error.token) from error
    except UnexpectedCharacters as error:
        at: int = error.pos_in_stream  # type: ignore[assignment]  # so says its stub
        raise odd_character(text, at) from error
    except VisitError as error:
        if isinstance(error.orig_exc, MisreadError):
            raise malformed(
                text, error.orig_exc.at, str(error.orig_exc)
            ) from error.orig_exc
        raise


def unexpected(text: str, token: Token) -> ApiError:
    """A word where the grammar allows no such word."""
    if token.type == "$END":
        return malformed(text, len(text.rstrip()), "unexpected token: '<EOF>'")
    return malformed(text, start_of(token), f"unexpected token: '{token}'")


def odd_character(text: str, at: int) -> ApiError:
    """A character that begins no word of the language."""
    if text[at] == "'":
        return malformed(
            text, at, f"line 1:{len(text)} mismatched character '<EOF>' expecting '''"
        )
    word = next(words_at(text, at), text[at])
    return malformed(text, at, f"unexpected token: '{word}'")


def words_at(text: str, at: int) -> Iterator[str]:
    """The word at a place, if a letter or digit begins it."""
    end = at
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    if end > at:
        yield text[at:end]
