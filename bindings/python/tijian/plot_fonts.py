"""A font that has Chinese letters, for plots."""

from __future__ import annotations

import warnings
from functools import cache

__all__ = ["chinese_font", "font_families"]

# Simplified forms first. A matplotlib that reads only the first face of a collection calls Noto's Japanese.
_KNOWN = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Source Han Sans",
    "Microsoft YaHei", "PingFang SC", "PingFang HK", "Hiragino Sans GB", "Heiti SC", "STHeiti", "SimHei",
    "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Droid Sans Fallback", "Noto Sans CJK JP", "Noto Sans CJK TC",
    "Noto Sans CJK HK", "Noto Sans CJK KR", "Arial Unicode MS", "SimSun", "Songti SC", "Noto Serif CJK SC",
    "Noto Serif CJK JP",
)  # fmt: skip


@cache
def chinese_font() -> str | None:
    """The first installed font of those that are known to have Chinese letters.

    None where there is none, with one UserWarning in the life of the process, which says what to do.
    """
    from matplotlib import font_manager

    installed = {font.name for font in font_manager.fontManager.ttflist}
    for name in _KNOWN:
        if name in installed:
            return name
    warnings.warn(
        "no font with Chinese letters is installed: they will be squares in plots. Install one, on Debian "
        "fonts-noto-cjk, and delete matplotlib's font cache / 未安装中文字体，图中的汉字会显示为方框",
        UserWarning,
        stacklevel=5,  # whoever called the plot
    )
    return None


def font_families() -> list[str]:
    """What texts of a plot are set in, first choice first; the second has what the first lacks."""
    found = chinese_font()
    return [found, "DejaVu Sans"] if found is not None else ["DejaVu Sans"]
