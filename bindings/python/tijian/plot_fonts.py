"""A font that has Chinese letters, for plots."""

from __future__ import annotations

import warnings
from functools import cache

__all__ = ["chinese_font", "font_families"]

_KNOWN = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "PingFang SC",
    "Hiragino Sans GB", "SimHei", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Noto Sans CJK JP", "Noto Sans CJK TC",
    "Arial Unicode MS", "SimSun", "Noto Serif CJK SC",
)  # fmt: skip


@cache
def chinese_font() -> str | None:
    """The first installed font of those that are known to have Chinese letters; None, with one warning, without any."""
    from matplotlib import font_manager

    installed = {font.name for font in font_manager.fontManager.ttflist}
    for name in _KNOWN:
        if name in installed:
            return name
    warnings.warn(
        "no font with Chinese letters is installed: they will be squares in plots. Install one, on Debian "
        "fonts-noto-cjk, and delete matplotlib's font cache / 未安装中文字体，图中的汉字会显示为方框",
        UserWarning,
        stacklevel=2,
    )
    return None


def font_families() -> list[str]:
    """What texts of a plot are set in, first choice first."""
    found = chinese_font()
    return [found, "DejaVu Sans"] if found is not None else ["DejaVu Sans"]
