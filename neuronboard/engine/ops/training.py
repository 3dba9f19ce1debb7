"""Operations that change a variable and its slots against a gradient, as optimizers do.

Each has two forms: `Apply...` of a whole gradient, and `SparseApply...` of rows, whose indices each
stand once. Rows that are not given are not touched. A formula stands in its kernel's docstring.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np

from neuronboard.engine.graph import Operation
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops.gather import check_range
from neuronboard.engine.ops.state import State, check_shape

steps: Any = None  # the extension, where there was a compiler when it was installed
with suppress(ImportError):
    from neuronboard.engine import _steps

    steps = _steps

Step = Callable[..., tuple[Any, ...]]


def _whole(step: Step, attrs: tuple[str, ...]) -> Callable[..., str]:
    """The kernel of `Apply...`: a step on whole variables."""

    def kernel(state: State, op: Operation, *values: Any) -> str:
        definition = op.definition
        given = dict(zip(definition.inputs, values, strict=True))
        names = [given[ref] for ref in definition.refs]
        given |= {ref: state[name] for ref, name in zip(definition.refs, names, strict=True)}
        check_shape(op, np.shape(given["var"]), given["grad" if "grad" in given else "delta"])
        after = step(**given, **{name: op.attrs[name] for name in attrs})
        for name, value in zip(names, after, strict=True):
            state[name] = value
        return str(names[0])

    return kernel


def _rows(step: Step, attrs: tuple[str, ...], renamed: dict[str, str]) -> Callable[..., str]:
    """The kernel of `SparseApply...`: the same step, on the rows that are given."""

    def kernel(state: State, op: Operation, *values: Any) -> str:
        definition = op.definition
        given = dict(zip(definition.inputs, values, strict=True))
        names = [given[ref] for ref in definition.refs]
        indices = given.pop("indices")
        check_range(indices, len(state[names[0]]))
        given |= {
            ref: state[name][indices] for ref, name in zip(definition.refs, names, strict=True)
        }
        given = {renamed.get(key, key): value for key, value in given.items()}
        after = step(**given, **{name: op.attrs[name] for name in attrs})
        for name, value in zip(names, after, strict=True):
            whole = np.array(state[name])
            whole[indices] = value
            state[name] = whole
        return str(names[0])

    return kernel


def _type(
    op_type: str, step: Step, inputs: str, attrs: tuple[str, ...] = (), kernel: Any = None
) -> OpDef:
    """Registers a step; in `inputs` the variable and its slots stand before a "/"."""
    before, after = inputs.split(" / ")
    refs, rest = tuple(before.split()), tuple(after.split())
    sparse = "indices" in rest
    renamed = {"grad": "delta"} if "alpha" in rest else {}
    return register(
        OpDef(
            type=op_type,
            inputs=refs + rest,
            same=tuple(name for name in refs + rest if name != "indices"),
            refs=refs,
            takes={"var": "fc"} | ({"indices": "i"} if sparse else {}),
            types={"Tindices": "indices"} if sparse else {},
            infer=_infer_rows if sparse else _infer_whole,
            kernel=kernel or (_rows(step, attrs, renamed) if sparse else _whole(step, attrs)),
            grad=NOT_DIFFERENTIABLE,
            stateful=True,
            pure=False,
        )
    )


def _infer_rows(op: Operation) -> Any:
    return [(op.inputs[0].dtype, op.inputs[0].shape)]


def _infer_whole(op: Operation) -> Any:
    """The gradient and the slots have the variable's shape."""
    var = op.inputs[0]
    names = (*op.definition.refs[1:], "grad", "delta")
    for name, tensor in zip(op.definition.inputs, op.inputs, strict=True):
        if name in names and not var.shape.is_compatible_with(tensor.shape):
            raise ValueError(
                f"Shapes must be equal, but are {var.shape} and {tensor.shape}",
                f"{name} must have the shape of the variable",
            )
    return [(var.dtype, var.shape)]


def _momentum(
    var: Any, accum: Any, lr: Any, grad: Any, momentum: Any, use_nesterov: bool
) -> tuple[Any, ...]:
    """accum = accum * momentum + grad; var -= lr * accum (Nesterov: grad + momentum * accum)"""
    accum = accum * momentum + grad
    if use_nesterov:
        return var - (grad * lr + accum * momentum * lr), accum
    return var - accum * lr, accum


def _adagrad(
    var: Any, accum: Any, lr: Any, grad: Any, update_slots: bool = True
) -> tuple[Any, ...]:
    """accum += grad**2; var -= lr * grad / sqrt(accum)"""
    accum = accum + grad * grad if update_slots else accum
    return var - lr * grad / np.sqrt(accum), accum


def _adadelta(
    var: Any, accum: Any, accum_update: Any, lr: Any, rho: Any, epsilon: Any, grad: Any
) -> tuple[Any, ...]:
    """Squares of gradients and of steps are averaged; their roots' ratio scales the step."""
    one = var.dtype.type(1)
    accum = accum * rho + grad * grad * (one - rho)
    update = np.sqrt(accum_update + epsilon) / np.sqrt(accum + epsilon) * grad
    return var - update * lr, accum, accum_update * rho + update * update * (one - rho)


def _adam(
    var: Any,
    m: Any,
    v: Any,
    beta1_power: Any,
    beta2_power: Any,
    lr: Any,
    beta1: Any,
    beta2: Any,
    epsilon: Any,
    grad: Any,
    use_nesterov: bool = False,
) -> tuple[Any, ...]:
    """epsilon stands outside of the bias correction, as in the paper's second form."""
    one = var.dtype.type(1)
    alpha = lr * np.sqrt(one - beta2_power) / (one - beta1_power)
    m = m + (grad - m) * (one - beta1)
    v = v + (grad * grad - v) * (one - beta2)
    top = grad * (one - beta1) + beta1 * m if use_nesterov else m
    return var - top * alpha / (np.sqrt(v) + epsilon), m, v


_BLOCK = 1 << 15  # elements that stay in the processor's cache while a step works on them


def _adam_in_place(
    state: State, op: Operation, var: str, m: str, v: str, *given: Any, **_: Any
) -> str:
    """`_adam` where it stands: in one pass, or without the extension block by block."""
    *numbers, grad = given
    check_shape(op, np.shape(state[var]), grad)
    small = np.ndim(grad) == 0 or (steps is None and np.size(grad) <= _BLOCK)
    if small or op.attrs["use_nesterov"] or grad.dtype.char not in "fd":
        step: Step = _adam
        before = (state[var], state[m], state[v])
        nesterov = {"use_nesterov": op.attrs["use_nesterov"]}
        state[var], state[m], state[v] = step(*before, *numbers, grad, **nesterov)
        return var
    beta1_power, beta2_power, lr, beta1, beta2, epsilon = numbers
    one = grad.dtype.type(1)
    alpha = lr * np.sqrt(one - beta2_power) / (one - beta1_power)
    parts = [owned(state, name).reshape(-1) for name in (var, m, v)]
    factors = (alpha, one - beta1, one - beta2, epsilon)
    if steps is not None:
        flat = np.ascontiguousarray(grad).reshape(-1)
        steps.adam(*parts, flat, grad.dtype.char == "d", *factors)
    else:
        adam_in_blocks(parts, grad.reshape(-1), *factors)
    return var


def adam_in_blocks(
    parts: list[Any], slopes: Any, alpha: Any, rest1: Any, rest2: Any, epsilon: Any
) -> None:
    """Changes [variable, mean, square]: memory is what large steps wait for."""
    work = np.empty(_BLOCK, slopes.dtype)
    for start in range(0, slopes.size, _BLOCK):
        a, mean, square = (part[start : start + _BLOCK] for part in parts)
        g = slopes[start : start + _BLOCK]
        w = work[: g.size]
        np.multiply(np.subtract(g, mean, w), rest1, w)
        np.add(mean, w, mean)
        np.subtract(np.multiply(g, g, w), square, w)
        np.add(square, np.multiply(w, rest2, w), square)
        np.add(np.sqrt(square, w), epsilon, w)
        np.multiply(np.divide(mean, w, w), alpha, w)
        np.subtract(a, w, a)


def owned(state: State, name: str) -> Any:
    """A variable's array that nobody else holds, to be written to; a copy if need be."""
    held = state[name]
    if sys.getrefcount(held) > 3 or not held.flags.c_contiguous or not held.flags.writeable:
        held = state[name] = np.array(held, order="C")
    return held


def _rms_prop(
    var: Any, ms: Any, mom: Any, lr: Any, rho: Any, momentum: Any, epsilon: Any, grad: Any
) -> tuple[Any, ...]:
    """ms averages squares; mom = momentum * mom + lr * grad / sqrt(ms + epsilon); var -= mom"""
    ms = ms + (grad * grad - ms) * (ms.dtype.type(1) - rho)
    mom = mom * momentum + grad * lr / np.sqrt(ms + epsilon)
    return var - mom, ms, mom


def _centered(
    var: Any, mg: Any, ms: Any, mom: Any, lr: Any, rho: Any, momentum: Any, epsilon: Any, grad: Any
) -> tuple[Any, ...]:
    """As `_rms_prop`, by the variance of gradients in place of their squares."""
    rest = ms.dtype.type(1) - rho
    ms = ms + (grad * grad - ms) * rest
    mg = mg + (grad - mg) * rest
    mom = mom * momentum + lr * grad / np.sqrt(ms - mg * mg + epsilon)
    return var - mom, mg, ms, mom


def _ftrl(
    var: Any, accum: Any, linear: Any, grad: Any, lr: Any, l1: Any, l2: Any, lr_power: Any
) -> tuple[Any, ...]:
    """Follow the regularised leader; the power of learning rates is at most 0."""
    return _ftrl_shrunk(var, accum, linear, grad, lr, l1, l2, var.dtype.type(0), lr_power)


def _ftrl_shrunk(
    var: Any,
    accum: Any,
    linear: Any,
    grad: Any,
    lr: Any,
    l1: Any,
    l2: Any,
    l2_shrinkage: Any,
    lr_power: Any,
) -> tuple[Any, ...]:
    two = var.dtype.type(2)
    shrunk = grad + two * l2_shrinkage * var
    total = accum + grad * grad
    sigma = (total ** (-lr_power) - accum ** (-lr_power)) / lr
    linear = linear + shrunk - sigma * var
    quadratic = total ** (-lr_power) / lr + two * l2
    pulled = np.clip(linear, -l1, l1) - linear
    return pulled / quadratic, total, linear


def _proximal_descent(var: Any, alpha: Any, l1: Any, l2: Any, delta: Any) -> tuple[Any, ...]:
    """A step, and then shrinking by l1 towards 0 and by l2 in proportion."""
    return (_shrunk(var - alpha * delta, alpha, l1, l2),)


def _shrunk(step: Any, lr: Any, l1: Any, l2: Any) -> Any:
    one, zero = step.dtype.type(1), step.dtype.type(0)
    near = np.maximum(np.abs(step) - lr * l1, zero) if np.any(l1 > 0) else np.abs(step)
    return np.sign(step) * near / (one + l2 * lr)


def _proximal_adagrad(
    var: Any, accum: Any, lr: Any, l1: Any, l2: Any, grad: Any
) -> tuple[Any, ...]:
    """`_adagrad`, and then the shrinking of `_proximal_descent` by the same rates."""
    accum = accum + grad * grad
    rate = lr / np.sqrt(accum)
    return _shrunk(var - rate * grad, rate, l1, l2), accum


_NESTEROV = ("use_nesterov",)
APPLY_MOMENTUM = _type("ApplyMomentum", _momentum, "var accum / lr grad momentum", _NESTEROV)
SPARSE_APPLY_MOMENTUM = _type(
    "SparseApplyMomentum", _momentum, "var accum / lr grad indices momentum", _NESTEROV
)
APPLY_ADAGRAD = _type("ApplyAdagrad", _adagrad, "var accum / lr grad", ("update_slots",))
SPARSE_APPLY_ADAGRAD = _type(
    "SparseApplyAdagrad", _adagrad, "var accum / lr grad indices", ("update_slots",)
)
_ADADELTA = "var accum accum_update / lr rho epsilon grad"
APPLY_ADADELTA = _type("ApplyAdadelta", _adadelta, _ADADELTA)
SPARSE_APPLY_ADADELTA = _type("SparseApplyAdadelta", _adadelta, f"{_ADADELTA} indices")
_ADAM = "var m v / beta1_power beta2_power lr beta1 beta2 epsilon grad"
APPLY_ADAM = _type("ApplyAdam", _adam, _ADAM, _NESTEROV, _adam_in_place)
_RMS_PROP = "var ms mom / lr rho momentum epsilon grad"
APPLY_RMS_PROP = _type("ApplyRMSProp", _rms_prop, _RMS_PROP)
SPARSE_APPLY_RMS_PROP = _type("SparseApplyRMSProp", _rms_prop, f"{_RMS_PROP} indices")
_CENTERED = "var mg ms mom / lr rho momentum epsilon grad"
APPLY_CENTERED_RMS_PROP = _type("ApplyCenteredRMSProp", _centered, _CENTERED)
SPARSE_APPLY_CENTERED_RMS_PROP = _type(
    "SparseApplyCenteredRMSProp", _centered, f"{_CENTERED} indices"
)
APPLY_FTRL = _type("ApplyFtrl", _ftrl, "var accum linear / grad lr l1 l2 lr_power")
SPARSE_APPLY_FTRL = _type(
    "SparseApplyFtrl", _ftrl, "var accum linear / grad indices lr l1 l2 lr_power"
)
_SHRUNK = "lr l1 l2 l2_shrinkage lr_power"
APPLY_FTRL_V2 = _type("ApplyFtrlV2", _ftrl_shrunk, f"var accum linear / grad {_SHRUNK}")
SPARSE_APPLY_FTRL_V2 = _type(
    "SparseApplyFtrlV2", _ftrl_shrunk, f"var accum linear / grad indices {_SHRUNK}"
)
APPLY_PROXIMAL_DESCENT = _type(
    "ApplyProximalGradientDescent", _proximal_descent, "var / alpha l1 l2 delta"
)
SPARSE_APPLY_PROXIMAL_DESCENT = _type(
    "SparseApplyProximalGradientDescent", _proximal_descent, "var / alpha l1 l2 grad indices"
)
APPLY_PROXIMAL_ADAGRAD = _type(
    "ApplyProximalAdagrad", _proximal_adagrad, "var accum / lr l1 l2 grad"
)
SPARSE_APPLY_PROXIMAL_ADAGRAD = _type(
    "SparseApplyProximalAdagrad", _proximal_adagrad, "var accum / lr l1 l2 grad indices"
)
