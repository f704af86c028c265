"""What members see of each other: pseudonyms, rounded figures, no sizes, waves or order that identify."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path

import polars as pl

from pipeline.workspace import Member, Rules

SHARE_STEP, SCORE_STEP = 0.01, 1.0


def peers_table(estimates: pl.DataFrame, members: dict[str, Member], rules: Rules, secret: bytes) -> pl.DataFrame:
    """Each sharing member's latest wave: factor and index scores and item shares, under a pseudonym.

    Populations with fewer than `minimum_peers` sharing members are left out. All
    members bear the widest interval among them: an interval of one's own tells
    one's sample size, which is partly public.
    """
    sharing = [code for code, member in members.items() if member.sharing != "none"]
    everybody = estimates.filter(
        pl.col("domain_variable") == "",
        pl.col("member").is_in(sharing),
        pl.col("measure").is_in(["mean_score", "favourable"]),
    )
    latest = everybody.filter(pl.col("wave") == pl.col("wave").max().over("member", "population"))
    fewest = 1 if rules.off else rules.minimum_peers
    enough = latest.filter((pl.col("status") != "suppressed").any().over("population", "member")).filter(
        pl.col("member").n_unique().over("population") >= fewest
    )
    names = pseudonyms(sorted(enough["member"].unique()), secret)
    step = pl.when(pl.col("measure") == "mean_score").then(SCORE_STEP).otherwise(SHARE_STEP)
    shown = pl.col("status") != "suppressed"
    top = pl.when(pl.col("measure") == "mean_score").then(100.0).otherwise(1.0)
    centre = (pl.col("estimate") / step).round() * step
    half = (_widest_half_width(shown) / step).ceil() * step
    rounded = {"estimate": centre, "ci_low": (centre - half).clip(0), "ci_high": pl.min_horizontal(centre + half, top)}
    return enough.select(
        pl.col("member").replace_strict(names, return_dtype=pl.String).alias("pseudonym"),
        "population",
        "indicator",
        "indicator_kind",
        "concept",
        "measure",
        *(pl.when(shown).then(value).round(2).alias(name) for name, value in rounded.items()),
        pl.when(shown).then(pl.lit("published")).otherwise(pl.lit("suppressed")).alias("status"),
    ).sort("population", "indicator", "measure", "pseudonym")


def _widest_half_width(shown: pl.Expr) -> pl.Expr:
    """Half the widest interval of an indicator over all members, on both sides of the rounded estimate."""
    reach = pl.max_horizontal(pl.col("ci_high") - pl.col("estimate"), pl.col("estimate") - pl.col("ci_low"))
    return pl.when(shown).then(reach).max().over("population", "indicator", "measure")


def pseudonyms(members: list[str], secret: bytes) -> dict[str, str]:
    """Member -> "Member A", …, in an order that only the secret's holder can know."""
    shuffled = sorted(members, key=lambda m: hmac.new(secret, m.encode(), hashlib.sha256).digest())
    return {member: f"Member {_letters(i)}" for i, member in enumerate(shuffled)}


def _letters(index: int) -> str:
    return (_letters(index // 26 - 1) if index >= 26 else "") + chr(ord("A") + index % 26)


def load_secret(path: Path) -> bytes:
    """The pseudonyms' key; made once, readable by its owner only, never in a release."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32), encoding="ascii")
    return path.read_bytes()
