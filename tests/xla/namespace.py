"""jax.numpy as the namespace of arrays that kernels compute with; see `engine/namespace.py`."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import jax.scipy.special as special


def _windows(x: Any, size: Any, stride: Any, dilation: Any) -> Any:
    """Windows of pictures: [n, height, width, c] -> [n, rows, columns, *size, c]."""
    rows, columns = (
        (x.shape[1 + i] - (size[i] - 1) * dilation[i] - 1) // stride[i] + 1 for i in (0, 1)
    )
    lines = []
    for i in range(size[0]):
        line = []
        for j in range(size[1]):
            top, left = i * dilation[0], j * dilation[1]
            part = x[:, top :: stride[0], left :: stride[1]]
            line.append(part[:, :rows, :columns])
        lines.append(jnp.stack(line, 3))
    return jnp.stack(lines, 3)


def _folded(parts: Any, size: Any, whole: Any, stride: Any, dilation: Any) -> Any:
    """Windows added up at their places."""
    n, rows, columns, depth = parts[0].shape
    result = jnp.zeros((n, *whole, depth), parts[0].dtype)
    for place, part in enumerate(parts):
        i, j = divmod(place, size[1])
        top, left = i * dilation[0], j * dilation[1]
        bottom, right = top + (rows - 1) * stride[0] + 1, left + (columns - 1) * stride[1] + 1
        there = (slice(None), slice(top, bottom, stride[0]), slice(left, right, stride[1]))
        result = result.at[there].add(part)
    return result


_NAMES = {name: value for name, value in vars(jnp).items() if not name.startswith("_")}

xla = SimpleNamespace(
    **_NAMES,
    erf=special.erf,
    erfc=special.erfc,
    lgamma=special.gammaln,
    digamma=special.digamma,
    polygamma=special.polygamma,
    zeta=special.zeta,
    add_at=lambda target, index, values: jnp.asarray(target).at[index].add(values),
    set_at=lambda target, index, values: jnp.asarray(target).at[index].set(values),
    max_at=lambda target, index, values: jnp.asarray(target).at[index].max(values),
    min_at=lambda target, index, values: jnp.asarray(target).at[index].min(values),
    windows=_windows,
    folded=_folded,
    is_numpy=False,
)
jax.config.update("jax_enable_x64", True)
