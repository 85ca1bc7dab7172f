"""Instructions of the processor that numba has no function for, made of LLVM's; for compiled functions only.

``load``, ``store`` and ``relax`` are what two threads need to wait for each other, ``upper_product`` is for generators
of random numbers.
"""

from __future__ import annotations

import platform
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

_instruction: Any = intrinsic  # what it makes takes an argument less than mypy believes
_HAS_PAUSE = platform.machine().lower() in ("x86_64", "amd64")
_BYTES = 8


@_instruction
def upper_product(_typing: Any, a: Any, b: Any) -> Any:  # noqa: ARG001
    """Return the upper 64 bits of the product of two uint64."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        wide = ir.IntType(128)
        product = builder.mul(*(builder.zext(number, wide) for number in arguments))
        return builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), ir.IntType(64))

    return types.uint64(types.uint64, types.uint64), generate


@_instruction
def load(_typing: Any, array: Any, index: Any) -> Any:
    """Read an int64 of an array (n,): what the other thread wrote before it, this one sees after it."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        return builder.load_atomic(builder.gep(data, [arguments[1]]), "acquire", _BYTES)

    return types.int64(array, index), generate


@_instruction
def store(_typing: Any, array: Any, index: Any, value: Any) -> Any:  # noqa: ARG001
    """Write an int64 of an array (n,), after all that this thread wrote before."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        builder.store_atomic(arguments[2], builder.gep(data, [arguments[1]]), "release", _BYTES)
        return context.get_dummy_value()

    return types.void(array, index, types.int64), generate


@_instruction
def relax(_typing: Any) -> Any:
    """Tell the processor that this thread is waiting, where it has an instruction for that."""

    def generate(context: Any, builder: Any, _signature: Any, _arguments: Any) -> Any:
        if _HAS_PAUSE:
            insert: Any = cgutils.get_or_insert_function
            builder.call(insert(builder.module, ir.FunctionType(ir.VoidType(), []), "llvm.x86.sse2.pause"), [])
        return context.get_dummy_value()

    return types.void(), generate
