"""Messages of the sandbox: what comes from its process is taken only where it is what it says, and not too much."""

import contextlib
import io
import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dae_core.sandbox.messages import MessageError, receive, send

MOST = 10_000


def message(header, *data):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<4sI", b"DAE1", len(text)) + text + b"".join(data)


def array(**changes):
    return {"dtype": "float32", "shape": [2], "writeable": True, **changes}


def test_what_is_sent_is_received():
    stream = io.BytesIO()
    values = [3, -0.5, np.arange(6, dtype=np.int16).reshape(2, 3), np.array([True, False])]
    send(stream, {"a": "é"}, values)
    stream.seek(0)
    header, came = receive(stream, MOST)
    assert header == {"a": "é"}
    assert came[:2] == (3, -0.5)
    for sent, one in zip(values[2:], came[2:], strict=True):
        assert one.dtype == sent.dtype
        np.testing.assert_array_equal(one, sent)


@pytest.mark.parametrize(
    "data",
    [
        b"DAE2" + bytes(4),
        b"DAE1\xff\xff\xff\xff",
        message(b"nonsense"),
        message(b"[" * 100_000),
        message([]),
        message({}),
        message({"values": [None]}),
        message({"values": [True]}),
        message({"values": ["1"]}),
        message({"values": [2**63]}),
        message(b'{"values": [' + b"9" * 5000 + b"]}"),
        message({"values": [0] * 65}),
        message({"values": [array(dtype="object")]}),
        message({"values": [array(dtype=["float32"])]}),
        message({"values": [array(dtype="float32, float32")]}),
        message({"values": [array(dtype=">f4")]}),
        message({"values": [array(shape=2)]}),
        message({"values": [array(shape=[-1])]}),
        message({"values": [array(shape=[True])]}),
        message({"values": [array(shape=[1.0])]}),
        message({"values": [array(shape=[1] * 9)]}),
        message({"values": [array(shape=[2**40])]}),
        message({"values": [array(shape=[2**39, 2**39, 0])]}),
        message({"values": [array(shape=[MOST])]}),
        message({"values": [array(shape=[MOST // 8]), array(shape=[MOST // 8 + 1])]}),
        message({"values": [array(writeable=1)]}),
    ],
)
def test_what_is_no_message_is_refused_before_memory_is_taken(data):
    with pytest.raises(MessageError):
        receive(io.BytesIO(data), MOST)


@pytest.mark.parametrize(
    "data", [b"", b"DAE", message({"values": []})[:-1], message({"values": [array()]}, b"1234567")]
)
def test_half_a_message_is_its_end(data):
    with pytest.raises(EOFError):
        receive(io.BytesIO(data), MOST)


def test_bytes_that_are_no_truth_values_become_some():
    data = message({"values": [array(dtype="bool", shape=[3])]}, b"\x00\x01\xff")
    (one,) = receive(io.BytesIO(data), MOST)[1]
    assert one.view(np.uint8).tolist() == [0, 1, 1]


@given(st.integers(0, 200), st.integers(0, 255))
def test_a_changed_byte_is_taken_or_refused(place, byte):
    data = bytearray(message({"values": [array(), 7, 0.5]}, b"12345678"))
    data[place % len(data)] = byte
    with contextlib.suppress(MessageError, EOFError):
        receive(io.BytesIO(bytes(data)), MOST)
