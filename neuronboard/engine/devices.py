"""Where operations belong, of what the `device` blocks around them say: "/job:a/device:GPU:1"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from neuronboard import errors
from neuronboard.engine.where import user_line

if TYPE_CHECKING:
    from neuronboard.engine.operation import Operation

_DEVICE_PARTS = ("job", "replica", "task", "device")


def device_of(op: Operation, blocks: tuple[Any, ...]) -> str:
    """The device of an operation, of what the blocks around it say: the inner ones first."""
    found: dict[str, str] = {}
    if len(blocks) == 1 and callable(blocks[0]):
        return str(blocks[0](op) or "")  # as it says, as TensorFlow has it
    for block in reversed(blocks):
        said = block
        if callable(block):
            op.device = _spelled_device(found)
            said = block(op)
        found = {**_device_parts(said), **found}
    return _spelled_device(found)


def _device_parts(name: Any) -> dict[str, str]:
    """ "/job:a/gpu:1" as {"job": "a", "device": "GPU:1"}."""
    parts: dict[str, str] = {}
    text = name.to_string() if hasattr(name, "to_string") else name or ""
    if not isinstance(text, str):
        raise errors.DTypeError(
            message=f"A device is a text such as '/cpu:0', got {name!r} at {user_line()}"
        )
    for part in filter(None, text.split("/")):
        kind, _, rest = part.partition(":")
        if kind.lower() in ("cpu", "gpu", "tpu"):
            kind, rest = "device", part
        if kind == "device":
            sort, _, number = rest.partition(":")
            rest = f"{sort.upper()}:{number or 0}"
        parts[kind] = rest
    return parts


def _spelled_device(parts: Mapping[str, str]) -> str:
    known = [kind for kind in _DEVICE_PARTS if kind in parts]
    return "".join(f"/{kind}:{parts[kind]}" for kind in known)
