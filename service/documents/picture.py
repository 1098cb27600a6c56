"""A drawing (SVG) as PNG or PDF, set by typst with the vendored fonts only."""

from __future__ import annotations

from service.documents.pdf import HERE, compiler_of

TEMPLATE = HERE / "picture.typ"
PPI = 144.0
# A drawing's unit is a CSS pixel: a 96th of an inch.
UNITS_PER_INCH = 96


def as_png(svg: str, size: tuple[float, float], ppi: float = PPI) -> bytes:
    """The drawing of this size in its own units as an image, `ppi` pixels to 96 units."""
    return compiler_of(TEMPLATE, _parts(svg, size)).compile(format="png", ppi=ppi)


def as_pdf(svg: str, size: tuple[float, float], timestamp: int) -> bytes:
    """The drawing on a page of its own size."""
    return compiler_of(TEMPLATE, _parts(svg, size)).compile(format="pdf", pdf_standards="a-2b", timestamp=timestamp)


def _parts(svg: str, size: tuple[float, float]) -> dict[str, object]:
    return {"svg": svg, "width": size[0], "height": size[1]}
