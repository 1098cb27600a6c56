"""Reads the data files that lie beside this module."""

import csv
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent


def read_yaml(name: str) -> Any:
    """The content of config/<name>; plain YAML, no tags."""
    with (HERE / name).open(encoding="utf-8") as file:
        return yaml.load(file, Loader=yaml.CSafeLoader)


def read_csv(name: str) -> list[dict[str, str]]:
    """The rows of config/<name>, by column name; lines that begin with # are comments."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))
