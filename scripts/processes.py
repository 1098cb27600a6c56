"""Draws the course of every kind of thing into docs/processes.md, from the data that the service itself obeys.

Run by `python -m scripts.processes`; a house test keeps the drawing current.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from config.labels import label
from service.kit.process import Process, Step
from service.rooms import parts

DRAWING = Path(__file__).parent.parent / "docs/processes.md"
HEAD = """# 各类事项的办理过程

由 `python -m scripts.processes` 根据代码中声明的状态和步骤生成，服务本身按同一数据执行；请勿手工修改。
每一步的依据见表；状态不允许的步骤，系统拒绝并说明依据。
"""


def processes() -> list[Process]:
    """Every declared course, in the order of the rooms."""
    return [process for rules in parts("rules") for process in getattr(rules, "PROCESSES", ())]


def drawn() -> str:
    """The whole document."""
    return "\n".join([HEAD, *(text for process in processes() for text in _drawn(process))])


def _drawn(process: Process) -> Iterator[str]:
    yield f"## {process.thing}（{process.thing_en}）\n"
    yield "```mermaid\nstateDiagram-v2"
    for state in process.all_states():
        yield f"    {state}: {label(process.states, state)}"
    for step in process.steps:
        yield from _arrows(step)
    yield "```\n"
    yield "| 步骤 | 自 | 至 | 依据 |\n|---|---|---|---|"
    for step in process.steps:
        sources = "、".join(label(process.states, state) for state in step.sources) or "—"
        yield f"| {step.name} | {sources} | {label(process.states, step.target) if step.target else '不变'} | {step.article} |"
    yield ""


def _arrows(step: Step) -> Iterator[str]:
    for source in step.sources or ("[*]",):
        if step.target and step.target != source:
            yield f"    {source} --> {step.target}: {step.name}"


if __name__ == "__main__":
    DRAWING.write_text(drawn(), encoding="utf-8")
