-- score_kept: mean factor and index scores of everybody and without flagged respondents.
-- Grain and key: member, wave, population, indicator. Reads: score, weighted, flag (respondent, flagged). Feeds: estimate/quality.py.
SELECT
    member, wave, population, indicator,
    sum(weight * y) / sum(weight) AS everybody,
    sum(weight * y) FILTER (NOT flagged) / sum(weight) FILTER (NOT flagged) AS kept
FROM score
JOIN weighted USING (respondent)
JOIN flag USING (respondent)
GROUP BY ALL
ORDER BY ALL;
