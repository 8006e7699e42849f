"""Run the application: ``python .`` in a checkout, ``dealpacket`` once installed."""

import sys
from pathlib import Path


def main() -> int:
    """Make the rooms importable by their plain names, then hand over to jobs."""
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    from jobs import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
