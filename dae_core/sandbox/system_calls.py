"""A filter of the Linux kernel for the sandbox's process: no other process, network, signal to others or written file.

What Python's own guard might let through is refused here, with "operation not permitted". Where the kernel or the
processor is another one, there is no filter, and the guard stands alone.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Iterator

# Numbers of x86-64, from the kernel's table.
_REFUSED = {
    **dict.fromkeys((56, 57, 58, 59, 322, 435), "clone, fork, vfork, execve, execveat, clone3"),
    **dict.fromkeys((41, 42, 43, 49, 50, 53, 288), "socket, connect, accept, bind, listen, socketpair, accept4"),
    **dict.fromkeys((62, 129, 200, 234, 297, 424, 434, 438), "kill and its kin, pidfds"),
    **dict.fromkeys((101, 310, 311), "ptrace, process_vm_readv, process_vm_writev"),
    **dict.fromkeys((72, 157, 160, 302), "fcntl, prctl, setrlimit, prlimit64"),
    **dict.fromkeys((76, 77, 82, 83, 84, 85, 86, 87, 88), "truncate, rename, mkdir, rmdir, creat, links"),
    **dict.fromkeys((90, 91, 92, 93, 94, 132, 133, 235), "chmod, chown, utime, mknod"),
    **dict.fromkeys((258, 259, 260, 261, 263, 264, 265, 266, 268, 280, 316), "the same, beside a folder"),
    **dict.fromkeys((109, 112, 161, 165, 166, 272, 308), "setpgid, setsid, chroot, mount, umount2, unshare, setns"),
    **dict.fromkeys((141, 142, 144, 203, 251, 256), "how processes are scheduled, and where their memory is"),
    **dict.fromkeys((188, 189, 190, 197, 198, 199), "extended attributes"),
    **dict.fromkeys((248, 249, 250, 279, 319, 321, 323, 425, 426, 427, 437), "keys, memfd, bpf, io_uring, openat2"),
}
_OPEN, _OPENAT = 2, 257
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_ARCHITECTURE = 0xC000003E  # AUDIT_ARCH_X86_64
_OTHER_NUMBERS = 0x40000000  # from here on, those of x32

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
_NUMBER, _PLACE, _SECOND, _THIRD = 0, 4, 24, 32  # in struct seccomp_data: number, architecture, arguments
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2


class _Program(ctypes.Structure):
    """What the kernel calls ``struct sock_fprog``."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def refuse_system_calls() -> bool:
    """Put the filter into force for this process, for good; returns whether there is one."""
    if sys.platform != "linux" or platform.machine() != "x86_64" or sys.maxsize < 2**32:
        return False
    instructions = b"".join(struct.pack("=HBBI", *one) for one in _instructions())
    program = _Program(len(instructions) // 8, instructions)
    prctl = ctypes.CDLL(None).prctl
    prctl.argtypes = (ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong)
    if prctl(_NO_NEW_PRIVILEGES, 1, None, 0, 0) != 0:
        return False
    return bool(prctl(_SECCOMP, _FILTER, ctypes.addressof(program), 0, 0) == 0)


def _instructions() -> Iterator[tuple[int, int, int, int]]:
    """Give the filter: code, jumps where it is true and where it is not, operand. It ends each path with an answer."""
    yield _LOAD, 0, 0, _PLACE
    yield _EQUAL, 1, 0, _ARCHITECTURE
    yield _RETURN, 0, 0, _REFUSE
    yield _LOAD, 0, 0, _NUMBER
    yield _AT_LEAST, 0, 1, _OTHER_NUMBERS
    yield _RETURN, 0, 0, _REFUSE
    for number in sorted(_REFUSED):
        yield _EQUAL, 0, 1, number
        yield _RETURN, 0, 0, _REFUSE
    for number, flags in ((_OPEN, _SECOND), (_OPENAT, _THIRD)):
        yield _EQUAL, 0, 4, number
        yield _LOAD, 0, 0, flags
        yield _ANY_BIT, 0, 1, _WRITES
        yield _RETURN, 0, 0, _REFUSE
        yield _RETURN, 0, 0, _ALLOW
    yield _RETURN, 0, 0, _ALLOW
