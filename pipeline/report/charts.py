"""Charts as plotly figures: one theme, intervals on every estimate, shapes beside colours."""

from __future__ import annotations

import json

import plotly.graph_objects as go

GROUP_STYLES = [("#0072B2", "circle"), ("#D55E00", "diamond-open"), ("#007F5F", "square"), ("#6A3D9A", "triangle-up")]
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"


def _layout(height: int, **more) -> go.Layout:
    return go.Layout(
        template="none",
        height=height,
        margin={"l": 8, "r": 16, "t": 8, "b": 40},
        font={"family": FONT, "size": 13, "color": "#1f2933"},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        hoverlabel={"font": {"family": FONT}},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        **more,
    )


def _rows_axis(labels: list[str]) -> dict:
    return {
        "automargin": True,
        "autorange": "reversed",
        "tickvals": list(range(len(labels))),
        "ticktext": [wrap(x) for x in labels],
        "gridcolor": "#eef1f4",
        "zeroline": False,
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


def dots(labels: list[str], groups: dict[str, list[dict | None]], low: float, high: float, zero: bool = False) -> str:
    """Dots with 95 % intervals: `groups` name -> per label {x, low, high, filled} or None."""
    figure = go.Figure(
        layout=_layout(
            90 + 46 * len(labels),
            xaxis={"range": [low, high], "gridcolor": "#e3e7ec", "zeroline": zero, "zerolinecolor": "#52606d"},
            yaxis=_rows_axis(labels),
        )
    )
    for k, (name, points) in enumerate(groups.items()):
        colour, symbol = GROUP_STYLES[k % len(GROUP_STYLES)]
        shift = (k - (len(groups) - 1) / 2) * 0.24
        shown = [(i + shift, p) for i, p in enumerate(points) if p]
        symbols = [
            symbol.removesuffix("-open") + ("" if p.get("filled", not symbol.endswith("-open")) else "-open")
            for _, p in shown
        ]
        figure.add_scatter(
            name=name,
            mode="markers",
            x=[p["x"] for _, p in shown],
            y=[round(y, 2) for y, _ in shown],
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [round(p["high"] - p["x"], 2) for _, p in shown],
                "arrayminus": [round(p["x"] - p["low"], 2) for _, p in shown],
                "thickness": 1.6,
                "width": 0,
                "color": colour,
            },
            marker={"color": colour, "symbol": symbols, "size": 10, "line": {"width": 2, "color": colour}},
            hovertemplate="%{x}<extra>" + name + "</extra>",
        )
    return _json(figure)


def diverging(labels: list[str], categories: list[dict], shares: list[list[float | None]]) -> str:
    """Unfavourable answers left of 0, favourable right; neutral ones apart, in a panel of their own.

    categories: {label, side}; shares: per item, per category, 0 to 100.
    """
    figure = go.Figure(
        layout=_layout(
            110 + 44 * len(labels),
            barmode="relative",
            bargap=0.35,
            yaxis=_rows_axis(labels),
            xaxis={
                "domain": [0, 0.8],
                "range": [-100, 100],
                "tickvals": [-100, -50, 0, 50, 100],
                "ticktext": ["100", "50", "0", "50", "100"],
                "gridcolor": "#e3e7ec",
                "zerolinecolor": "#52606d",
            },
            xaxis2={"domain": [0.84, 1], "range": [0, 100], "tickvals": [0, 50], "gridcolor": "#e3e7ec", "anchor": "y"},
        )
    )
    for index in _stacking_order(categories):
        category = categories[index]
        side, sign = category["side"], -1 if category["side"] == "unfavourable" else 1
        values = [None if row[index] is None else sign * row[index] for row in shares]
        figure.add_bar(
            name=category["label"],
            orientation="h",
            y=list(range(len(labels))),
            x=values,
            xaxis="x2" if side == "neutral" else "x",
            marker={"color": category["colour"], "line": {"color": "#ffffff", "width": 1.5}},
            customdata=[row[index] for row in shares],
            hovertemplate="%{customdata} %<extra>" + category["label"] + "</extra>",
            legendrank=index,
        )
    return _json(figure)


def _stacking_order(categories: list[dict]) -> list[int]:
    """From the centre outwards on either side: bars stack away from 0."""
    left = [i for i, c in enumerate(categories) if c["side"] == "unfavourable"]
    right = [i for i, c in enumerate(categories) if c["side"] == "favourable"]
    middle = [i for i, c in enumerate(categories) if c["side"] == "neutral"]
    ascending = not left or not right or left[0] < right[0]
    return (left[::-1] + right if ascending else left + right[::-1]) + middle


def coloured(categories: list[dict]) -> list[dict]:
    """Give each category its colour: the stronger the answer, the darker."""
    order, seen = _stacking_order(categories), {"unfavourable": 0, "favourable": 0, "neutral": 0}
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


def _json(figure: go.Figure) -> str:
    return json.dumps(json.loads(figure.to_json()), sort_keys=True, ensure_ascii=False).replace("</", "<\\/")
