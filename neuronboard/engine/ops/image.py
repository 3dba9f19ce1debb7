"""Pictures: patches, sizes, cuts and turns. `colours.py` has their colours.

A picture is [height, width, depth], several are [batch, height, width, depth]. Resizing is
TensorFlow 1's: pixel i of the result lies at i * old / new of the picture, or with `align_corners`
at i * (old - 1) / (new - 1).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import Gradient, OpDef, register
from neuronboard.engine.ops import (
    array,
    compare,
    join,
    order,
    random,
)
from neuronboard.engine.ops.apply import one, scope_of
from neuronboard.engine.ops.define import Grads, Inferred, attrs_of, need_rank
from neuronboard.engine.ops.static import shape_from
from neuronboard.engine.ops.windows import Frame
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import origins, user_line

__all__ = [
    "ResizeMethod",
    "central_crop",
    "crop_to_bounding_box",
    "extract_image_patches",
    "flip_left_right",
    "flip_up_down",
    "pad_to_bounding_box",
    "random_flip_left_right",
    "random_flip_up_down",
    "resize",
    "resize_bilinear",
    "resize_image_with_crop_or_pad",
    "resize_images",
    "resize_nearest_neighbor",
    "rot90",
    "transpose",
    "transpose_image",
]

_PICTURES = "give pictures as [batch, height, width, depth]"

# ---- patches


def _patch_frame(op_attrs: dict[str, Any], ksizes: Any) -> Frame:
    attrs = {"data_format": b"NHWC", "padding": op_attrs["padding"], "strides": op_attrs["strides"]}
    return Frame({**attrs, "dilations": op_attrs["rates"]}, ksizes[1:3])


def _infer_patches(op: Operation) -> Inferred:
    dims = need_rank(op.inputs[0], 4, _PICTURES)
    sizes = op.attrs["ksizes"]
    rows, columns = _patch_frame(op.attrs, sizes).places(dims[1:3])
    depth = None if dims[3] is None else dims[3] * sizes[1] * sizes[2]
    return [(op.inputs[0].dtype.base_dtype, TensorShape([dims[0], rows, columns, depth]))]


def _patches(xp: Any, x: Any, ksizes: Any, **attrs: Any) -> Any:
    windows = _patch_frame(attrs, ksizes).windows(xp, x)
    return xp.reshape(windows, (*windows.shape[:3], int(np.prod(windows.shape[3:]))))


def _grad_patches(op: Operation, dy: Tensor) -> Grads:
    attrs = attrs_of(op, _PATCH)
    return (one(PATCHES_GRAD, array.shape(op.inputs[0]), dy, **attrs),)


_PATCH = ("ksizes", "strides", "rates", "padding")
PATCHES = register(
    OpDef(
        type="ExtractImagePatches",
        inputs=("images",),
        same=("images",),
        takes={"images": "iuf"},
        infer=_infer_patches,
        kernel=_patches,
        kernel_attrs=_PATCH,
        grad=_grad_patches,
    )
)


def _patches_back(xp: Any, sizes: Any, dy: Any, ksizes: Any, **attrs: Any) -> Any:
    _, height, width, depth = (int(size) for size in sizes)
    frame = _patch_frame(attrs, ksizes)
    windows = xp.reshape(dy, (*dy.shape[:3], ksizes[1], ksizes[2], depth))
    return frame.folded(xp, frame.parts(windows), (height, width))


PATCHES_GRAD: OpDef = register(
    OpDef(
        type="ExtractImagePatchesGrad",
        inputs=("sizes", "grad"),
        same=("grad",),
        takes={"sizes": "i", "grad": "f"},
        infer=lambda op: [(op.inputs[1].dtype.base_dtype, shape_from(op.inputs[0]))],
        kernel=_patches_back,
        kernel_attrs=_PATCH,
        grad=lambda op, g: (None, one(PATCHES, g, **attrs_of(op, _PATCH))),
    )
)


def extract_image_patches(
    images: Any,
    ksizes: Any = None,
    strides: Any = None,
    rates: Any = None,
    padding: str | None = None,
    name: str | None = None,
    sizes: Any = None,
) -> Tensor:
    """The windows of pictures, each laid out along the depth: [batch, rows, columns, size].

    ksizes, strides, rates: a number for each axis, as of `conv2d`.
    """
    attrs = {
        key: [int(size) for size in value]
        for key, value in (
            ("ksizes", sizes if ksizes is None else ksizes),
            ("strides", strides),
            ("rates", rates or [1, 1, 1, 1]),
        )
    }
    return one(PATCHES, images, name=name, padding=str(padding).encode(), **attrs)


# ---- sizes


class ResizeMethod:
    """How pixels between pixels are made."""

    BILINEAR = 0
    NEAREST_NEIGHBOR = 1


def _places(new: int, old: int, align: bool, half: bool) -> Any:
    """Where in a picture the pixels of a resized one lie, along one axis."""
    if align and new > 1:
        return np.arange(new) * ((old - 1) / (new - 1))
    places = np.arange(new, dtype=np.float64)
    return (places + 0.5) * (old / new) - 0.5 if half else places * (old / new)


def _mix(new: int, old: int, align: bool, half: bool, kind: Any) -> Any:
    """[new, old]: how much of each old pixel a new one is made of."""
    at = np.maximum(_places(new, old, align, half), 0)
    low = np.minimum(np.floor(at).astype(int), old - 1)
    high = np.minimum(low + 1, old - 1)
    share = at - low
    table = np.zeros((new, old))
    rows = np.arange(new)
    np.add.at(table, (rows, low), 1 - share)
    np.add.at(table, (rows, high), share)
    return table.astype(kind)


_RESIZE = ("align_corners", "half_pixel_centers")


def _infer_resize(op: Operation) -> Inferred:
    dims = need_rank(op.inputs[0], 4, _PICTURES)
    size = shape_from(op.inputs[1]).dims or (None, None)
    kind = op.inputs[0].dtype.base_dtype
    mixed = op.type == "ResizeBilinear"
    return [(dtypes.float32 if mixed else kind, TensorShape([dims[0], *size, dims[3]]))]


def _resized_by(kind: OpDef) -> Gradient:
    """The rule of a gradient's gradient: it is resized as the picture was."""
    return lambda op, g: (
        one(kind, g, array.shape(op.inputs[0])[1:3], **attrs_of(op, _RESIZE)),
        None,
    )


def _bilinear(xp: Any, x: Any, size: Any, align_corners: bool, half_pixel_centers: bool) -> Any:
    kind = np.float32
    new = [int(part) for part in size]
    tables = [_mix(new[i], x.shape[1 + i], align_corners, half_pixel_centers, kind) for i in (0, 1)]
    return xp.einsum("hH,nHWc,wW->nhwc", tables[0], x.astype(kind), tables[1], optimize=True)


def _grad_bilinear(op: Operation, dy: Tensor) -> Grads:
    attrs = attrs_of(op, _RESIZE)
    return one(BILINEAR_GRAD, dy, op.inputs[0], **attrs), None


BILINEAR = register(
    OpDef(
        type="ResizeBilinear",
        inputs=("images", "size"),
        takes={"images": "iuf", "size": "i"},
        types={"T": "images"},
        infer=_infer_resize,
        kernel=_bilinear,
        kernel_attrs=_RESIZE,
        grad=_grad_bilinear,
    )
)


def _bilinear_back(xp: Any, dy: Any, x: Any, align_corners: bool, half_pixel_centers: bool) -> Any:
    tables = [
        _mix(dy.shape[1 + i], x.shape[1 + i], align_corners, half_pixel_centers, dy.dtype)
        for i in (0, 1)
    ]
    mixed = xp.einsum("hH,nhwc,wW->nHWc", tables[0], dy, tables[1], optimize=True)
    return mixed.astype(x.dtype)


BILINEAR_GRAD: OpDef = register(
    OpDef(
        type="ResizeBilinearGrad",
        inputs=("grads", "original_image"),
        takes={"grads": "f", "original_image": "f"},
        types={"T": "original_image"},
        infer=lambda op: [(op.inputs[1].dtype.base_dtype, op.inputs[1].shape)],
        kernel=_bilinear_back,
        kernel_attrs=_RESIZE,
        grad=_resized_by(BILINEAR),
    )
)


def _nearest_of(new: int, old: int, align: bool, half: bool) -> Any:
    """[new]: which old pixel each new one is, along one axis."""
    at = _places(new, old, align, half)
    if half:
        at = at + 0.5
    whole = np.floor(at + 0.5) if align else np.floor(at + 1e-9)
    return np.clip(whole.astype(int), 0, old - 1)


def _nearest(xp: Any, x: Any, size: Any, align_corners: bool, half_pixel_centers: bool) -> Any:
    rows, columns = (
        _nearest_of(int(size[i]), x.shape[1 + i], align_corners, half_pixel_centers) for i in (0, 1)
    )
    return x[:, rows][:, :, columns]


def _nearest_back(
    xp: Any, dy: Any, size: Any, align_corners: bool, half_pixel_centers: bool
) -> Any:
    """Each old pixel gets the sum of what the new ones that it became get."""
    for axis in (1, 2):
        old = int(size[axis - 1])
        places = _nearest_of(dy.shape[axis], old, align_corners, half_pixel_centers)
        front = xp.moveaxis(dy, axis, 0)
        total = xp.add_at(xp.zeros((old, *front.shape[1:]), dy.dtype), places, front)
        dy = xp.moveaxis(total, 0, axis)
    return dy


def _grad_nearest(op: Operation, dy: Tensor) -> Grads:
    x = op.inputs[0]
    sizes = (x.shape.dims or (None,) * 4)[1:3]
    old = array.shape(x)[1:3] if None in sizes else np.array(sizes, np.int32)
    return one(NEAREST_GRAD, dy, old, **attrs_of(op, _RESIZE)), None


NEAREST: OpDef = register(
    OpDef(
        type="ResizeNearestNeighbor",
        inputs=("images", "size"),
        same=("images",),
        takes={"images": "iuf", "size": "i"},
        infer=_infer_resize,
        kernel=_nearest,
        kernel_attrs=_RESIZE,
        grad=_grad_nearest,
    )
)


NEAREST_GRAD: OpDef = register(
    OpDef(
        type="ResizeNearestNeighborGrad",
        inputs=("grads", "size"),
        same=("grads",),
        takes={"grads": "iuf", "size": "i"},
        infer=_infer_resize,
        kernel=_nearest_back,
        kernel_attrs=_RESIZE,
        grad=_resized_by(NEAREST),
    )
)


def resize_bilinear(
    images: Any,
    size: Any = None,
    align_corners: bool = False,
    name: str | None = None,
    half_pixel_centers: bool = False,
) -> Tensor:
    """Pictures of another size (height, width), mixed of the four nearest pixels; float32."""
    attrs = {"align_corners": bool(align_corners), "half_pixel_centers": bool(half_pixel_centers)}
    return one(BILINEAR, images, size, name=name, **attrs)


def resize_nearest_neighbor(
    images: Any,
    size: Any = None,
    align_corners: bool = False,
    name: str | None = None,
    half_pixel_centers: bool = False,
) -> Tensor:
    """Pictures of another size (height, width), of the nearest pixels."""
    attrs = {"align_corners": bool(align_corners), "half_pixel_centers": bool(half_pixel_centers)}
    return one(NEAREST, images, size, name=name, **attrs)


def resize_images(
    images: Any,
    size: Any,
    method: int = ResizeMethod.BILINEAR,
    align_corners: bool = False,
    preserve_aspect_ratio: bool = False,
    name: str | None = None,
) -> Tensor:
    """A picture, or several, of another size (height, width).

    method: `ResizeMethod.BILINEAR` or `NEAREST_NEIGHBOR`; ValueError for others.
    """
    kinds = {0: resize_bilinear, 1: resize_nearest_neighbor, "bilinear": resize_bilinear}
    kinds["nearest"] = resize_nearest_neighbor
    if method not in kinds:
        raise errors.ArgumentValueError(
            message=f"Resize method is not implemented: {method!r}, at {user_line()}; there are "
            "tf.image.ResizeMethod.BILINEAR and NEAREST_NEIGHBOR"
        )
    with scope_of([images], name or "resize"):
        return _each(images, lambda x: kinds[method](x, size, align_corners))


resize = resize_images


def _each(images: Any, function: Any) -> Tensor:
    """A function of several pictures, for one picture too."""
    x = convert_to_tensor(images)
    if x.shape.ndims == 3:
        return array.squeeze(function(array.expand_dims(x, 0)), [0])
    result: Tensor = function(x)
    return result


def _sides(x: Tensor) -> list[int]:
    """Height and width; ValueError where they are not known."""
    sides = (x.shape.dims or (None,) * 3)[-3:-1]
    known = [size for size in sides if size is not None]
    if len(known) != 2:
        raise errors.ShapeError(
            op=x.op,
            message=f"The height and width of {x.name} must be known, but its shape is {x.shape}. "
            f"At {user_line()}; {origins([x.op])}. x.set_shape([...]) tells them",
        )
    return known


# ---- turns and cuts


def flip_left_right(image: Any) -> Tensor:
    """Left and right exchanged."""
    with scope_of([image], "flip_left_right"):
        return order.reverse(convert_to_tensor(image), [-2])


def flip_up_down(image: Any) -> Tensor:
    """Above and below exchanged."""
    with scope_of([image], "flip_up_down"):
        return order.reverse(convert_to_tensor(image), [-3])


def transpose(image: Any, name: str | None = None) -> Tensor:
    """Rows and columns exchanged."""
    with scope_of([image], name or "transpose_image"):
        x = convert_to_tensor(image)
        return array.transpose(x, [1, 0, 2] if x.shape.ndims == 3 else [0, 2, 1, 3])


transpose_image = transpose


def rot90(image: Any, k: int = 1, name: str | None = None) -> Tensor:
    """Turned k times by 90 degrees, against the clock."""
    with scope_of([image], name or "rot90"):
        x = convert_to_tensor(image)
        for _ in range(int(k) % 4):
            x = flip_up_down(transpose(x))
        return x


def _by_chance(image: Any, turned: Any, seed: int | None, label: str) -> Tensor:
    with scope_of([image], label):
        x = convert_to_tensor(image)
        if x.shape.ndims == 4:
            draw = random.random_uniform(array.shape(x)[:1], seed=seed)
        else:
            draw = random.random_uniform([], seed=seed)
        return compare.select(compare.less(draw, 0.5), turned(x), x)


def random_flip_left_right(image: Any, seed: int | None = None) -> Tensor:
    """Left and right exchanged, of every other picture by chance."""
    return _by_chance(image, flip_left_right, seed, "random_flip_left_right")


def random_flip_up_down(image: Any, seed: int | None = None) -> Tensor:
    """Above and below exchanged, of every other picture by chance."""
    return _by_chance(image, flip_up_down, seed, "random_flip_up_down")


def crop_to_bounding_box(
    image: Any, offset_height: int, offset_width: int, target_height: int, target_width: int
) -> Tensor:
    """A part of a picture. ValueError where it does not lie inside."""
    with scope_of([image], "crop_to_bounding_box"):
        x = convert_to_tensor(image)
        bottom, right = offset_height + target_height, offset_width + target_width
        sides = (x.shape.dims or (None,) * 3)[-3:-1]
        for size, start, end, what in (
            (sides[0], offset_height, bottom, "height"),
            (sides[1], offset_width, right, "width"),
        ):
            if start < 0 or (size is not None and end > size):
                raise errors.ArgumentValueError(
                    op=x.op,
                    message=f"The part from {start} to {end} does not lie in the {what} of "
                    f"{x.name}, whose shape is {x.shape}. At {user_line()}; {origins([x.op])}",
                )
        return x[..., offset_height:bottom, offset_width:right, :]


def pad_to_bounding_box(
    image: Any, offset_height: int, offset_width: int, target_height: int, target_width: int
) -> Tensor:
    """A picture of another size with this one in it, and zeros around."""
    with scope_of([image], "pad_to_bounding_box"):
        x = convert_to_tensor(image)
        height, width = _sides(x)
        below = target_height - offset_height - height
        behind = target_width - offset_width - width
        if min(offset_height, offset_width, below, behind) < 0:
            raise errors.ArgumentValueError(
                op=x.op,
                message=f"{x.name} of shape {x.shape} does not fit at ({offset_height}, "
                f"{offset_width}) into ({target_height}, {target_width}). At {user_line()}; "
                f"{origins([x.op])}",
            )
        border = [[offset_height, below], [offset_width, behind], [0, 0]]
        return join.pad(x, [[0, 0]] * (len(x.shape) - 3) + border)


def resize_image_with_crop_or_pad(image: Any, target_height: int, target_width: int) -> Tensor:
    """The middle of a picture, with zeros around it where it is too small."""
    with scope_of([image], "resize_image_with_crop_or_pad"):
        x = convert_to_tensor(image)
        (height, width), wanted = _sides(x), (target_height, target_width)
        kept = min(height, target_height), min(width, target_width)
        start = (height - kept[0]) // 2, (width - kept[1]) // 2
        part = crop_to_bounding_box(x, *start, *kept)
        border = (target_height - kept[0]) // 2, (target_width - kept[1]) // 2
        return pad_to_bounding_box(part, *border, *wanted)


def central_crop(image: Any, central_fraction: float) -> Tensor:
    """The middle of a picture, a share of its height and width."""
    x = convert_to_tensor(image)
    height, width = _sides(x)
    top, left = (int((size - size * central_fraction) / 2) for size in (height, width))
    return crop_to_bounding_box(x, top, left, height - 2 * top, width - 2 * left)
