"""What members see of each other: pseudonyms, rounded figures, no sizes, waves or order that identify."""

from __future__ import annotations

import polars as pl

from pipeline.protect.pseudonyms import unlike
from pipeline.protect.rounding import band, points, rounded, rounded_up, step_of
from pipeline.workspace import Member, Rules

ANYBODY = ""  # the recipient of the page for all other readers, e.g. a donor
WHAT = ["population", "link", "measure"]  # an indicator, known by what versions of a questionnaire share
CALLED = ["population", "indicator", "indicator_kind", "concept", "measure"]  # the same, as it is told
PEERS = {
    **dict.fromkeys(["recipient", "pseudonym"], pl.String),
    "own": pl.Boolean,
    **dict.fromkeys(CALLED, pl.String),
    **dict.fromkeys(["estimate", "ci_low", "ci_high"], pl.Float64),
    "status": pl.String,
}
# What would tell how many answered, or what rounding took.
TELLTALE = ["se", "statistic", "df_numerator", "df", "p_value", "p_holm", "detectable", "effect_low", "effect_high"]
SORTED = ["recipient", "population", "indicator", "measure", "concept", "pseudonym"]


def peers_table(
    estimates: pl.DataFrame, members: dict[str, Member], rules: Rules, secret: bytes, release: str
) -> pl.DataFrame:
    """PEERS: for each recipient, the sharing members' factor and index scores and item shares in their latest wave.

    A recipient is a sharing member, or '' for any other reader. It sees itself
    and `named` members under their codes, `anonymised` ones under pseudonyms of
    its own, which change with the release and the population; members that share
    nothing are in no table and get none. Anonymised members are shown where at least
    `minimum_peers` other anonymised ones have a published figure, an indicator
    where as many others are then to be seen.

    Estimates are rounded to `share_step` or `score_step`. All members bear one
    half-width, the widest among them rounded up to `interval_step`: an interval of
    one's own, and a decimal, tell one's sample size, which is partly public.
    Unreliable figures are hidden, as the word alone tells of a small sample.
    """
    return peers_seen(estimates, members, rules, secret, release).select(*PEERS)


def peers_seen(
    estimates: pl.DataFrame, members: dict[str, Member], rules: Rules, secret: bytes, release: str
) -> pl.DataFrame:
    """`peers_table` with `member` and `link`, by which other tables find what is behind a row; never to be published."""
    figures = latest_of_sharing(estimates, members)
    grid = _grid(figures, members, rules)
    recipients = [ANYBODY, *sorted(figures.filter("shown")["member"].unique())]
    drawn: dict[str, list[dict[str, str]]] = {}
    tables = [_table(grid, recipient, rules, drawn, secret, release) for recipient in recipients]
    return pl.concat(tables).sort(SORTED)


def latest_of_sharing(estimates: pl.DataFrame, members: dict[str, Member]) -> pl.DataFrame:
    """The sharing members' figures of everybody asked in their latest wave; `shown`: published."""
    sharing = [code for code, member in members.items() if member.sharing != "none"]
    mine = estimates.filter(
        pl.col("domain_variable") == "",
        pl.col("member").is_in(sharing),
        pl.col("measure").is_in(["mean_score", "favourable"]),
    )
    latest = mine.filter(pl.col("wave") == pl.col("wave").max().over("member", "population"))
    return latest.with_columns(shown=(pl.col("status") == "published") & pl.col("ci_low").is_not_null())


def _grid(figures: pl.DataFrame, members: dict[str, Member], rules: Rules) -> pl.DataFrame:
    """A row for each indicator that somebody published and each member of its population: rounded estimate and reach.

    What a member lacks is a hidden row, so that nothing follows from a row that is not there.
    """
    shown = figures.filter("shown")
    asked = _told_apart(shown.group_by(WHAT).agg(pl.col("indicator", "indicator_kind", "concept").max(), members=pl.len()))
    reach = pl.max_horizontal(pl.col("ci_high") - pl.col("estimate"), pl.col("estimate") - pl.col("ci_low"))
    figures_of = shown.select(*WHAT, "member", reach=reach, estimate=rounded(pl.col("estimate"), _step(rules)))
    named = [code for code, member in members.items() if member.sharing == "named"]
    return (
        asked.join(shown.select("population", "member").unique(), on="population")
        .join(figures_of, on=[*WHAT, "member"], how="left")
        .with_columns(shown=pl.col("estimate").is_not_null(), named=pl.col("member").is_in(named))
    )


def _told_apart(asked: pl.DataFrame) -> pl.DataFrame:
    """Of questions without a concept to which questionnaires give the same code, the one of most members: CALLED says nothing of which is meant."""
    most_first = asked.sort("members", "link", descending=[True, False])
    return most_first.unique(CALLED, keep="first", maintain_order=True).drop("members")


def _table(
    grid: pl.DataFrame, recipient: str, rules: Rules, drawn: dict[str, list[dict[str, str]]], secret: bytes, release: str
) -> pl.DataFrame:
    """One recipient's rows of PEERS; `drawn`: per population the pseudonyms that others have been given, added to."""
    kept = _enough(grid.with_columns(own=pl.col("member") == recipient), 1 if rules.off else rules.minimum_peers)
    top = pl.when(pl.col("measure") == "mean_score").then(100.0).otherwise(1.0)
    half = rounded_up(pl.col("reach").max().over(WHAT), _width_step(rules))
    low, high = (pl.col("estimate") - half).clip(0), pl.min_horizontal(pl.col("estimate") + half, top)
    called = _names(kept, recipient, drawn, secret, release)
    return (
        kept.join(called, on=["population", "member"])
        .with_columns(
            recipient=pl.lit(recipient),
            status=pl.when("shown").then(pl.lit("published")).otherwise(pl.lit("suppressed")),
            ci_low=pl.when("shown").then(low.round(6)),
            ci_high=pl.when("shown").then(high.round(6)),
        )
        .select("member", "link", *(pl.col(column).cast(kind) for column, kind in PEERS.items()))
    )


def _enough(grid: pl.DataFrame, fewest: int) -> pl.DataFrame:
    """The rows that one recipient may see: anonymised ones in a crowd of their own, and of each indicator enough others."""
    others, hidden = ~pl.col("own"), ~pl.col("own") & ~pl.col("named")
    crowd = (pl.col("shown") & hidden).sum().over(WHAT) >= fewest
    kept = grid.filter(crowd | ~hidden).filter((pl.col("shown") & others).sum().over(WHAT) >= fewest)
    return kept.filter(pl.col("own") | pl.col("shown").any().over("population", "member"))


def _names(
    rows: pl.DataFrame, recipient: str, drawn: dict[str, list[dict[str, str]]], secret: bytes, release: str
) -> pl.DataFrame:
    """population, member, pseudonym: codes for the recipient and named members, letters for the others."""
    seen = rows.select("population", "member", known=pl.col("own") | pl.col("named")).unique()
    names: list[tuple[str, str, str]] = []
    for (population,), part in seen.sort("population", "member").group_by("population", maintain_order=True):
        names += [(population, code, code) for code in part.filter("known")["member"]]
        hidden = part.filter(~pl.col("known"))["member"].to_list()
        others = drawn.setdefault(population, [])
        others.append(unlike(hidden, others, secret, release, recipient, population))
        names += [(population, code, name) for code, name in others[-1].items()]
    return pl.DataFrame(names, dict.fromkeys(["population", "member", "pseudonym"], pl.String), orient="row")


def rounded_peer_comparisons(comparisons: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The comparisons with every `member_vs_peers` row rounded; other kinds are left as they are.

    The peers' mean and the difference are rounded to `share_step` or
    `score_step`, the half-width up to `interval_step`; what would tell the
    rounding's remainder (standard error, statistic, degrees of freedom, p) is
    left out, and q is given as the upper edge of its band (0.01, 0.05, 0.1, 1).
    A row is hidden where the mean is of fewer than `minimum_peers` members, or one
    of them, as members weigh alike, holds more than `peer_share` of it.

    Differencing: the means of all but A and of all but B differ by (B - A)/k, k
    the number of peers. As each is rounded to a step, B - A is known to within k
    steps and no better, so two national reports do not give a member's figure; nor
    do several waves of one report, as the peers' mean is rounded before the
    member's own figure is taken from it. Where suppression is off nothing is rounded.
    """
    if rules.off:
        return comparisons
    peers = pl.col("kind") == "member_vs_peers"
    shown = peers & (pl.col("status") != "suppressed") & _many(comparisons, rules)
    step = _step(rules)
    difference = rounded(pl.col("difference") + _remainder(comparisons, step), step)
    half = rounded_up((pl.col("ci_high") - pl.col("ci_low")) / 2, _width_step(rules))
    effect = pl.when(pl.col("effect_name") == "difference_points").then(difference * points())
    figures = {
        "difference": difference,
        "ci_low": (difference - half).round(6),
        "ci_high": (difference + half).round(6),
        "effect_size": effect.round(6),
        "q_value": band(pl.col("q_value")),
    }
    emptied = [c for c in TELLTALE if c in comparisons.columns]
    return comparisons.with_columns(
        *(pl.when(peers).then(pl.when(shown).then(v)).otherwise(pl.col(c)).alias(c) for c, v in figures.items()),
        *(pl.when(~peers).then(pl.col(c)).alias(c) for c in emptied),
        status=pl.when(peers & ~shown).then(pl.lit("suppressed")).otherwise("status"),
    )


def _many(comparisons: pl.DataFrame, rules: Rules) -> pl.Expr:
    """Enough members in the mean, none of them with too much of it; the table may have been checked before."""
    if "peers" not in comparisons.columns:
        return pl.lit(True)
    count = pl.col("peers").fill_null(0)
    return (count >= rules.minimum_peers) & (count * rules.peer_share >= 1)


def _remainder(comparisons: pl.DataFrame, step: pl.Expr) -> pl.Expr:
    """What rounding takes from the peers' mean, where the table still has that mean."""
    if "estimate_other" not in comparisons.columns:
        return pl.lit(0.0)
    mean = pl.col("estimate_other")
    return (mean - rounded(mean, step)).fill_null(0.0)


def _step(rules: Rules) -> pl.Expr:
    return step_of(rules.share_step, rules.score_step)


def _width_step(rules: Rules) -> pl.Expr:
    return step_of(rules.interval_step, rules.interval_step)
