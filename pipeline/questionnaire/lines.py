"""The line of a YAML file in which something stands."""

from __future__ import annotations

from pathlib import Path

import yaml


class Lines:
    def __init__(self, path: Path):
        self.root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)

    def of(self, *place: str | int) -> int:
        """The line of what `place` leads to, or of the last part of the way that there is; counted from 1."""
        node = self.root
        line = node.start_mark.line if node else 0
        for step in place:
            found = self._step(node, step)
            if found is None:
                break
            mark, node = found
            line = mark.line
        return line + 1

    @staticmethod
    def _step(node, step: str | int):
        if isinstance(node, yaml.MappingNode):
            return next(((k.start_mark, v) for k, v in node.value if k.value == str(step)), None)
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            return node.value[step].start_mark, node.value[step]
        return None
