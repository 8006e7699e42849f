"""Where settings come from: a TOML file, and the environment for secrets."""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from configuration.reader import Reader


def tables_in(path: Path, reader: Reader) -> dict[str, Any] | None:
    """The tables of a TOML file, not looked at yet; None when it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except FileNotFoundError:
        because = (
            f"there is no such file in {path.absolute().parent}; run `dealpacket init` "
            "to write it, or name another one with --config"
        )
    except OSError as error:
        because = f"cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        because = "is not UTF-8 text; save it as UTF-8"
    except tomllib.TOMLDecodeError as error:
        because = (
            f"{error}; texts stand in quotes, lists in [ ], the name of a table alone "
            "on its line in [ ], and nothing is written twice"
        )
    reader.complain("", "", because)
    return None


def take_secrets(environ: Mapping[str, str], reader: Reader) -> None:
    """Give the reader the secrets that the environment holds."""
    for place, variable in reader.secrets.items():
        value, file = environ.get(variable), environ.get(f"{variable}_FILE")
        if value and file:
            because = f"{variable} and {variable}_FILE are both set; keep one"
            reader.complain("", "environment", because)
        elif file:
            value = secret_in(Path(file), f"{variable}_FILE", reader)
        if value:
            reader.given[place] = value


def secret_in(path: Path, variable: str, reader: Reader) -> str | None:
    """What a file of one secret holds, without the line's end."""
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        because = f"{path} cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        because = f"{path} is not text"
    else:
        if secret:
            return secret
        because = f"{path} is empty"
    reader.complain("", "environment", f"{variable}: {because}")
    return None
