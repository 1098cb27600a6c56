"""How much memory a process and all its children take, as if they stood alone on the machine."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

_HEAD = re.compile(r"([0-9a-f]+)-[0-9a-f]+ \S+ ([0-9a-f]+) (\S+) (\d+)")
_Mapping = tuple[str, ...]


def megabytes(root: int) -> tuple[float, float]:
    """Of the whole tree: (proportional size, and the same with pages shared with programs outside counted in full).

    On a machine where nothing else runs the two are the same. The second is what we claim.
    """
    proportional, private = 0, 0
    shared: dict[_Mapping, int] = defaultdict(int)
    for pid in family(root):
        for key, sizes in _mappings(pid):
            proportional += sizes["Pss"]
            private += sizes["Private_Clean"] + sizes["Private_Dirty"]
            shared[key] = max(shared[key], sizes["Shared_Clean"] + sizes["Shared_Dirty"])
    return proportional / 1024, (private + sum(shared.values())) / 1024


def family(root: int) -> list[int]:
    """The process and all that descend from it."""
    children: dict[int, list[int]] = defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, parent = int(stat.parent.name), int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children[parent].append(pid)
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children[pid]
    return found


def _mappings(pid: int) -> Iterator[tuple[_Mapping, dict[str, int]]]:
    """Each mapping with its sizes in kilobytes; the key is the same where two processes map the same thing."""
    key: _Mapping = ()
    sizes: dict[str, int] = defaultdict(int)
    for line in _smaps(pid).splitlines():
        head = _HEAD.match(line)
        if head:
            yield key, sizes
            start, offset, device, inode = head.groups()
            key, sizes = ((device, inode, offset) if inode != "0" else (start,)), defaultdict(int)
        else:
            name, _colon, size = line.partition(":")
            if size.endswith(" kB"):
                sizes[name] = int(size.split()[0])
    yield key, sizes


def _smaps(pid: int) -> str:
    """What the process has mapped; nothing where it has ended meanwhile."""
    try:
        return Path(f"/proc/{pid}/smaps").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
