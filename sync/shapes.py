"""What the org looks like, remembered for a day: describing it costs megabytes."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sync.cloud import Cloud, Shape
from sync.store import Mirror


#: After this long the org is described again.
KEEP: Final = timedelta(hours=24)


def shapes_of(
    cloud: Cloud, mirror: Mirror, names: Sequence[str], *, fresh: bool = False
) -> dict[str, Shape | None]:
    """Each object as it is shown to us; None where the org has none such.

    Absence is not remembered: whoever has just granted a permission wants to see it.
    """
    kept = {} if fresh else mirror.descriptions(cloud.server_time - KEEP)
    shapes: dict[str, Shape | None] = {
        name: Shape(name=name, **kept[name]) for name in names if name in kept
    }
    if missing := [name for name in names if name not in shapes]:
        found = cloud.describe(missing)
        shapes |= found
        values = {
            name: {
                "fields": dict(shape.fields),
                "replicable": shape.replicable,
                "choices": dict(shape.choices),
                "scales": dict(shape.scales),
            }
            for name, shape in found.items()
            if shape is not None
        }
        mirror.keep_descriptions(values, cloud.server_time)
    return shapes
