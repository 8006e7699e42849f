"""The map of the house. A failure here is a design question, not a typo."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest


ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("sync", "reports", "sandbox", "console", "desk", "configuration")

#: Modules and packages that must not touch the world: given the same values they
#: give the same answer. A package stands for everything in it.
PURE = (
    "reports.findings",
    "reports.judgement",
    "reports.labels",
    "reports.model",
    "reports.normal",
    "reports.outlook",
    "reports.packet",
    "reports.english",
    "reports.quarters",
    "reports.recipes",
    "reports.said",
    "reports.delivery.address",
    "reports.delivery.cadence",
    "reports.delivery.cadence_check",
    "reports.delivery.checkins",
    "reports.delivery.due",
    "reports.delivery.evidence",
    "reports.delivery.fiscal",
    "reports.delivery.frozen",
    "reports.delivery.invitations",
    "reports.delivery.marks",
    "reports.delivery.occasions",
    "reports.delivery.outcomes",
    "reports.delivery.pattern",
    "reports.delivery.mime",
    "reports.delivery.promises",
    "reports.delivery.records",
    "reports.delivery.reread",
    "reports.delivery.retry",
    "reports.delivery.tally",
    "reports.delivery.since",
    "reports.delivery.workdays",
    "sync.errors",
    "sync.journal",
    "sync.kinds",
    "sync.moments",
    "sync.objects",
    "sync.plan",
    "sync.refusals",
    "sync.report",
    "sync.soql",
    "sync.tables",
)
WORLD = {
    "apscheduler",
    "duckdb",
    "http",
    "io",
    "jinja2",
    "logging",
    "os",
    "pathlib",
    "random",
    "requests",
    "shutil",
    "smtplib",
    "socket",
    "sqlite3",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "urllib",
}

#: What may be imported only at these doors.
DOORS: Mapping[str, tuple[str, ...]] = {
    "apscheduler": ("jobs",),
    "duckdb": ("reports.facts.engine", "sandbox", "sync.database"),
    "http": ("sandbox",),
    "jinja2": ("reports.words",),
    "lark": ("sandbox.soql",),
    "pandas": ("reports.facts.baselines",),
    "pyarrow": ("sandbox", "sync.rows"),
    "requests": ("desk.beats", "sync.auth", "sync.client", "sync.transport"),
    "rich": ("console",),
    "simple_salesforce": ("sync.auth", "sync.client"),
    "smtplib": ("reports.delivery.channels",),
    "sqlite3": ("reports.delivery.ledger",),
    "trustme": ("sandbox",),
}

#: Which rooms a room may use. The inner rooms of reports are steps: a step knows
#: the ones before it and the words of the trade, never the ones after it.
MAY_USE: Mapping[str, tuple[str, ...]] = {
    "sandbox": ("sandbox",),
    "sync": ("sync",),
    "console": ("console",),
    "desk": ("console", "desk", "reports", "sandbox", "settings", "sync"),
    "configuration": ("configuration",),
    "reports.model": (),
    "reports.normal": ("reports.model", "reports.said"),
    "reports.quarters": ("reports.model",),
    "reports.english": (),
    "reports.recipes": (),
    "reports.said": ("reports.english", "reports.recipes"),
    "reports.labels": ("reports.model", "reports.said"),
    "reports.outlook": ("reports.said",),
    "reports.findings": (
        "reports.model",
        "reports.normal",
        "reports.outlook",
        "reports.said",
    ),
    "reports.facts": (
        "reports.facts",
        "reports.model",
        "reports.normal",
        "reports.quarters",
        "reports.said",
    ),
    "reports.judgement": (
        "reports.judgement",
        "reports.findings",
        "reports.labels",
        "reports.model",
        "reports.normal",
        "reports.outlook",
        "reports.quarters",
        "reports.said",
        "reports.english",
    ),
    "reports.packet": (
        "reports.packet",
        "reports.judgement",
        "reports.findings",
        "reports.model",
        "reports.normal",
        "reports.outlook",
        "reports.quarters",
        "reports.said",
    ),
    "reports.words": (
        "reports.words",
        "reports.packet",
        "reports.findings",
        "reports.labels",
        "reports.model",
        "reports.normal",
        "reports.outlook",
        "reports.said",
        "reports.english",
        "reports.recipes",
    ),
    "reports.runs": ("reports",),
    "reports.delivery": (
        "reports.delivery",
        "reports.findings",
        "reports.labels",
        "reports.model",
        "reports.normal",
        "reports.said",
    ),
}

#: Only these ask what time it is. The sandbox has a clock of its own, which is
#: given its moment from outside and measures intervals only.
CLOCKS = ("jobs",)
CLOCK_CALLS = {
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("time", "localtime"),
    ("time", "time"),
    ("time", "time_ns"),
}


def sources(root: Path) -> dict[str, Path]:
    """Every module of the application by its dotted name."""
    paths = [
        *root.glob("*.py"),
        *(path for room in ROOMS for path in root.glob(f"{room}/**/*.py")),
    ]
    return {name_of(path, root): path for path in paths}


def name_of(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(tree: ast.AST, known: frozenset[str]) -> Iterator[str]:
    """The modules that a tree imports; of ``from a import b``, ``a.b`` if it is one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            for alias in node.names:
                full = f"{base}.{alias.name}"
                yield full if full in known else base


def within(module: str, places: tuple[str, ...]) -> bool:
    return any(module == place or module.startswith(f"{place}.") for place in places)


def room_of(module: str) -> str | None:
    """The longest room name that ``module`` belongs to."""
    fitting = [room for room in MAY_USE if within(module, (room,))]
    return max(fitting, key=len, default=None)


class House:
    """What every module imports and which clock calls it makes."""

    def __init__(self, root: Path) -> None:
        paths = sources(root)
        trees = {
            name: ast.parse(path.read_text("utf-8")) for name, path in paths.items()
        }
        known = frozenset(paths)
        self.trees = trees
        self.imports = {name: set(imports(tree, known)) for name, tree in trees.items()}

    def trespasses(self) -> list[str]:
        """Imports of a guarded library outside its doors."""
        return [
            f"{module} imports {guarded}; its doors are {', '.join(doors)}"
            for guarded, doors in DOORS.items()
            for module, used in self.imports.items()
            if any(within(name, (guarded,)) for name in used)
            and not within(module, doors)
        ]

    def wrong_turns(self) -> list[str]:
        """Imports of a room that lies behind the importing one."""
        return [
            f"{module} imports {name}"
            for module, used in self.imports.items()
            if (room := room_of(module)) is not None
            for name in used
            if name.partition(".")[0] in ROOMS or name in {"jobs", "settings"}
            if name not in {"reports", room} and not within(name, MAY_USE[room])
        ]

    def impurities(self) -> list[str]:
        """Pure modules that could touch the world."""
        return [
            f"{module} imports {name}"
            for module, used in self.imports.items()
            if within(module, PURE)
            for name in used
            if name.partition(".")[0] in WORLD
        ]

    def clock_calls(self) -> list[str]:
        """Places outside jobs.py that ask what time it is."""
        return [
            f"{module} line {node.lineno} asks the clock"
            for module, tree in self.trees.items()
            if module not in CLOCKS
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and (called_on(node), node.attr) in CLOCK_CALLS
        ]

    def cycles(self) -> set[str]:
        """The modules that are left when those without open imports are taken away."""
        left = {
            module: {name for name in used if name in self.imports and name != module}
            for module, used in self.imports.items()
        }
        while leaves := {module for module, used in left.items() if not used}:
            left = {m: used - leaves for m, used in left.items() if m not in leaves}
        return set(left)


def called_on(node: ast.Attribute) -> str:
    match node.value:
        case ast.Name(id=name):
            return name
        case ast.Attribute(attr=name):
            return name
    return ""


@pytest.fixture(scope="module")
def house() -> House:
    """The house as it stands."""
    return House(ROOT)


def test_only_the_doors_are_used(house: House) -> None:
    assert house.trespasses() == []


def test_rooms_know_only_the_rooms_before_them(house: House) -> None:
    assert house.wrong_turns() == []


def test_pure_modules_stay_pure(house: House) -> None:
    assert house.impurities() == []


def test_only_jobs_asks_the_clock(house: House) -> None:
    assert house.clock_calls() == []


def test_there_are_no_import_cycles(house: House) -> None:
    assert house.cycles() == set()


def test_every_module_says_what_it_is_for(house: House) -> None:
    silent = [name for name, tree in house.trees.items() if not ast.get_docstring(tree)]

    assert silent == []


def test_no_module_is_over_its_budget() -> None:
    long = {
        name: lines
        for name, path in sources(ROOT).items()
        if (lines := len(path.read_text("utf-8").splitlines())) > 300
    }

    assert long == {}


@pytest.mark.parametrize(
    ("module", "code", "finding"),
    [
        ("reports/judgement/signals.py", "import time", "impurities"),
        ("reports/judgement/signals.py", "import pandas", "trespasses"),
        ("reports/facts/book.py", "from reports.words import render", "wrong_turns"),
        ("sandbox/server.py", "from sync.objects import CATALOGUE", "wrong_turns"),
        ("sync/pull.py", "from reports.model import Deal", "wrong_turns"),
        ("reports/words/render.py", "import smtplib", "trespasses"),
        (
            "reports/delivery/cadence.py",
            "from datetime import date\n\nTODAY = date.today()",
            "clock_calls",
        ),
        ("sync/pull.py", "import time\n\nNOW = time.time()", "clock_calls"),
    ],
)
def test_a_planted_violation_is_found(
    tmp_path: Path, module: str, code: str, finding: str
) -> None:
    place = tmp_path / module
    place.parent.mkdir(parents=True)
    place.write_text(code, encoding="utf-8")

    assert getattr(House(tmp_path), finding)()


def test_a_planted_cycle_is_found(tmp_path: Path) -> None:
    (tmp_path / "sync").mkdir()
    (tmp_path / "sync" / "one.py").write_text("import sync.two", encoding="utf-8")
    (tmp_path / "sync" / "two.py").write_text("import sync.one", encoding="utf-8")

    assert House(tmp_path).cycles() == {"sync.one", "sync.two"}
