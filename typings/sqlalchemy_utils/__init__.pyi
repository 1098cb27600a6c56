from typing import Any

from sqlalchemy.types import UserDefinedType

class Ltree:
    path: str
    def __init__(self, path_or_ltree: str | Ltree) -> None: ...

class LtreeType(UserDefinedType[Ltree]):
    cache_ok: bool
    def get_col_spec(self, **kw: Any) -> str: ...
