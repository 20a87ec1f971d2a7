# SPDX-License-Identifier: GPL-2.0-only
"""A bar for each rate, with its spread, as SVG."""

from html import escape

ROW, LEFT, WIDTH, TOP = 18, 170, 520, 46
OURS = ("vf-", "uplink-", "broadcast-")


def color(name):
    if name.startswith(OURS):
        return "#2b6cb0"
    return "#a0aec0" if name.startswith("bound") else "#dd8452"


def text(x, y, words, anchor="start", size=11):
    return (f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" font-size="{size}">'
            f"{escape(words)}</text>")


def bar(number, entry, scale):
    y = TOP + number * ROW
    low, high = (LEFT + entry[key] * scale for key in ("min", "max"))
    middle = y + ROW / 2 - 2
    return [text(LEFT - 6, y + 11, entry["name"], "end"),
            f'<rect x="{LEFT}" y="{y}" width="{entry["median"] * scale:.1f}" height="{ROW - 5}" '
            f'fill="{color(entry["name"])}"/>',
            f'<path d="M{low:.1f} {middle}H{high:.1f}" stroke="#1a202c" stroke-width="1.5"/>',
            text(LEFT + WIDTH + 8, y + 11, f"{entry['median'] / 1e6:.2f}")]


def svg(results, note):
    """Millions of frames per second: bars are medians, lines go from the worst to the best."""
    entries = [entry for entry in results
               if entry["unit"] == "pps" and not entry["name"].startswith("smp") and
               entry["name"] != "bound-transmit"]
    best = max((entry["max"] for entry in entries), default=1)
    scale, height = WIDTH / best, TOP + len(entries) * ROW + 14
    parts = ["<!-- SPDX-License-Identifier: GPL-2.0-only -->",
             f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 60}" '
             f'height="{height}" font-family="sans-serif">',
             '<rect width="100%" height="100%" fill="white"/>',
             text(8, 18, "Millions of frames per second, 60 bytes unless named", size=14),
             text(8, 34, note)]
    for number, entry in enumerate(entries):
        parts += bar(number, entry, scale)
    return "\n".join(parts + ["</svg>", ""])
