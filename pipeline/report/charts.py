"""Charts as plotly figures: intervals on every estimate, shapes beside colours.

Only what is a chart's own is written here; what all share (axes, marks, hover texts) is the theme in reports/assets/report.js.
"""

from __future__ import annotations

import json

GROUP_STYLES = [
    ("#0072B2", "circle"),
    ("#D55E00", "diamond-open"),
    ("#007F5F", "square"),
    ("#6A3D9A", "triangle-up"),
    ("#8A6D00", "diamond"),
    ("#444444", "square-open"),
    ("#A6336B", "cross"),
]
MOST_TICKS = 6  # waves that are named below a line; the table beside it has them all


def _rows_axis(labels: list[str]) -> dict:
    return {
        "autorange": "reversed",
        "tickvals": list(range(len(labels))),
        "ticktext": [wrap(x) for x in labels],
    }


def wrap(text: str, width: int = 34) -> str:
    """Break a label into lines; plotly's pseudo-HTML is escaped."""
    lines, line = [], ""
    for word in text.replace("&", "&amp;").replace("<", "&lt;").split():
        if line and len(line) + len(word) >= width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return "<br>".join([*lines, line])


def dots(
    labels: list[str],
    groups: dict[str, list[dict | None]],
    low: float,
    high: float,
    zero: bool = False,
    connect: bool = False,
    level: bool = False,
    digits: int = 2,
    band: tuple[str, list[float | None]] | None = None,
) -> str:
    """Dots with 95 % intervals: `groups` name -> per label {x, low, high, filled} or None.

    `connect` joins two groups' dots; `level`: each label belongs to one group, whose dot stands beside it;
    `digits`: decimals of the intervals' lengths; `band`: its name and per label how far from 0 a true difference
    may lie and still mostly be missed. Empty where there is no dot at all.
    """
    if not any(point for points in groups.values() for point in points):
        return ""
    step = 0 if level else min(0.24, 0.78 / max(1, len(groups)))
    layout = {
        "height": 90 + (30 if level else max(46, 16 * len(groups))) * len(labels),
        "xaxis": {"range": [low, high], "zeroline": zero},
        "yaxis": _rows_axis(labels),
    }
    traces = [_band(*band)] if band and any(band[1]) else []
    traces += [_connection(list(groups.values()), step)] if connect else []
    for k, (name, points) in enumerate(groups.items()):
        traces.append(_dots_of(name, points, k, (k - (len(groups) - 1) / 2) * step, digits))
    return _json(traces, layout)


def _dots_of(name: str, points: list[dict | None], k: int, shift: float, digits: int) -> dict:
    """The k-th group's dots, set off from the middle of their rows by `shift`."""
    colour, symbol = GROUP_STYLES[k % len(GROUP_STYLES)]
    shown = [(i + shift, p) for i, p in enumerate(points) if p]
    symbols = [symbol.removesuffix("-open") + ("" if p.get("filled", not symbol.endswith("-open")) else "-open") for _, p in shown]
    alike = symbols[0] if len(set(symbols)) == 1 else symbols
    return {
        "type": "scatter",
        "name": name,
        "mode": "markers",
        "x": [p["x"] for _, p in shown],
        "y": [round(y, 2) for y, _ in shown],
        "error_x": {
            "array": [round(p["high"] - p["x"], digits) for _, p in shown],
            "arrayminus": [round(p["x"] - p["low"], digits) for _, p in shown],
            "color": colour,
        },
        "marker": {"color": colour, "symbol": alike, "line": {"color": colour}},
    }


def _band(name: str, spans: list[float | None]) -> dict:
    """Behind the dots of each row, from -span to span."""
    found = [(i, span) for i, span in enumerate(spans) if span]
    return {
        "type": "scatter",
        "name": name,
        "mode": "lines",
        "x": [x for _, span in found for x in (-span, span, None)],
        "y": [y for i, _ in found for y in (i, i, None)],
        "line": {"color": "#e3e7ec", "width": 22},
        "hoverinfo": "skip",
    }


def _connection(groups: list[list[dict | None]], step: float) -> dict:
    """The bar of a dumbbell: a thin line from one group's dot to the other's."""
    xs, ys = [], []
    for i, (a, b) in enumerate(zip(*groups, strict=True)):
        if a and b:
            xs += [a["x"], b["x"], None]
            ys += [round(i - step / 2, 2), round(i + step / 2, 2), None]
    line = {"color": "#b8c2cc", "width": 3}
    return {
        "type": "scatter",
        "x": xs,
        "y": ys,
        "mode": "lines",
        "line": line,
        "hoverinfo": "skip",
        "showlegend": False,
    }


def lines(waves: list[dict], low: float, high: float, rise: float | None = None) -> str:
    """One line over time with 95 % intervals: `waves` {wave, time, x (the figure), low, high, joined (to the one before)}.

    The line is broken before a wave that is not joined. `rise`: a change that leads, dashed, from the first wave's figure
    to the last wave (report.js adds the two: the page holds published figures alone). Empty where there is no wave.
    """
    if not waves:
        return ""
    colour, symbol = GROUP_STYLES[0]
    xs, ys, up, down = [], [], [], []
    for k, w in enumerate(waves):
        if k and not w["joined"]:
            xs, ys, up, down = [*xs, None], [*ys, None], [*up, None], [*down, None]
        xs, ys = [*xs, w["time"]], [*ys, w["x"]]
        up, down = [*up, round(w["high"] - w["x"], 2)], [*down, round(w["x"] - w["low"], 2)]
    trace = {
        "type": "scatter",
        "name": "",
        "mode": "lines+markers",
        "x": xs,
        "y": ys,
        "error_y": {"array": up, "arrayminus": down, "color": colour},
        "line": {"color": colour, "width": 2},
        "marker": {"color": colour, "symbol": symbol, "size": 8},
    }
    named = waves[:: -(-len(waves) // MOST_TICKS)]
    ticks = {"tickvals": [w["time"] for w in named], "ticktext": [w["wave"] for w in named]}
    room = max(0.3, 0.06 * (waves[-1]["time"] - waves[0]["time"]))
    ends = [waves[0]["time"] - room, waves[-1]["time"] + room]
    layout = {"height": 190, "showlegend": False, "xaxis": ticks | {"range": ends}, "yaxis": {"range": [low, high], "nticks": 5}}
    return _json([trace, *_risen(waves, rise)], layout)


def _risen(waves: list[dict], rise: float | None) -> list[dict]:
    if rise is None:
        return []
    dashes = {"color": GROUP_STYLES[1][0], "width": 2, "dash": "dash"}
    return [{"type": "scatter", "name": "", "mode": "lines", "x": [waves[0]["time"], waves[-1]["time"]], "y": [waves[0]["x"]], "meta": {"rise": rise}, "line": dashes}]


def diverging(
    labels: list[str],
    categories: list[dict],
    shares: list[list[float | None]],
    missing: list[float | None],
    words: dict[str, str],
) -> str:
    """Unfavourable answers left of 0, favourable right; neutral ones and those without an answer in panels of their own.

    categories: {label, side, colour}; shares: per item, per category, 0 to 100; missing: per item; words: the panels' names.
    """
    layout = {
        "height": 130 + 44 * len(labels),
        "barmode": "relative",
        "bargap": 0.35,
        "yaxis": _rows_axis(labels),
        "xaxis": _panel([0, 0.66], words["sides"], range=[-100, 100], tickvals=[-100, -50, 0, 50, 100], ticktext=["100", "50", "0", "50", "100"]),
        "xaxis2": _panel([0.7, 0.83], words["neutral"]),
        "xaxis3": _panel([0.87, 1], words["missing"]),
    }
    traces: list[dict] = []
    for index in stacking_order(categories):
        category, values = categories[index], [row[index] for row in shares]
        signed = [None if v is None else -v for v in values] if category["side"] == "unfavourable" else values
        axis = "x2" if category["side"] == "neutral" else "x"
        traces.append(_bar(category["label"], signed, axis, category["colour"], index))
    traces.append(_bar(words["missing"], missing, "x3", "#ffffff", len(categories)))
    return _json(traces, layout)


def _panel(domain: list[float], title: str, **more) -> dict:
    return {"range": [0, 100], "tickvals": [0, 50, 100], "domain": domain, "title": {"text": title}} | more


def _bar(name: str, values: list, axis: str, colour: str, rank: int) -> dict:
    """One category of all items; white bars are outlined so that they can be seen."""
    outline = {"line": {"color": "#7b8794", "width": 1}} if colour == "#ffffff" else {}
    return {
        "type": "bar",
        "name": name,
        "orientation": "h",
        "y": list(range(len(values))),
        "x": values,
        "xaxis": axis,
        "marker": {"color": colour, **outline},
        "legendrank": rank,
    }


def stacking_order(categories: list[dict]) -> list[int]:
    """From the centre outwards on either side: bars stack away from 0."""
    left = [i for i, c in enumerate(categories) if c["side"] == "unfavourable"]
    right = [i for i, c in enumerate(categories) if c["side"] == "favourable"]
    middle = [i for i, c in enumerate(categories) if c["side"] == "neutral"]
    ascending = not left or not right or left[0] < right[0]
    return (left[::-1] + right if ascending else left + right[::-1]) + middle


def coloured(categories: list[dict]) -> list[dict]:
    """Give each category its colour: the stronger the answer, the darker."""
    order, seen = stacking_order(categories), {"unfavourable": 0, "favourable": 0, "neutral": 0}
    colours = {}
    for index in order:
        side = categories[index]["side"]
        palette = {
            "unfavourable": ["#f1a340", "#b35806"],
            "favourable": ["#67a9cf", "#2166ac"],
            "neutral": ["#d9d9d9", "#bdbdbd", "#969696"],
        }[side]
        single = side != "neutral" and sum(c["side"] == side for c in categories) == 1
        colours[index] = palette[-1] if single else palette[min(seen[side], len(palette) - 1)]
        seen[side] += 1
    return [c | {"colour": colours[i]} for i, c in enumerate(categories)]


def _json(traces: list[dict], layout: dict) -> str:
    """The figure as plotly.js reads it, safe inside a <script>. That plotly knows all of it is tested, not checked anew for each."""
    figure = {"data": traces, "layout": layout}
    return json.dumps(figure, sort_keys=True, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
