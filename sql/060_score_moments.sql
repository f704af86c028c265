-- score_moments: the sums from which means of factor and index scores and their variances follow.
-- Grain and key: member, wave, population, stratum, psu, cell, domain_variable, domain_category, indicator.
-- Reads: weighted, membership, score (respondent, indicator, indicator_kind, y: see estimate/scores.py). Feeds: estimate/moments.py.
-- Scores are centred at 50 before they are squared: cancellation would cost digits.
WITH added AS (
    SELECT
        alike, indicator, indicator_kind,
        count(*) AS n, sum(weight) AS sw, sum(weight * (y - 50)) AS swy, sum(weight * weight) AS sw2,
        sum(weight * weight * (y - 50)) AS sw2y, sum(weight * weight * (y - 50) * (y - 50)) AS sw2y2,
        sum(weight * (y - 50) * (y - 50)) AS swy2,
        sum(y - 50) AS ny
    FROM score
    JOIN weighted USING (respondent)
    GROUP BY alike, indicator, indicator_kind
)
SELECT
    member, wave, population, stratum, psu, cell,
    domain_variable, domain_category, indicator, indicator_kind,
    sum(n)::BIGINT AS n, sum(sw) AS sw, sum(swy) AS swy, sum(sw2) AS sw2, sum(sw2y) AS sw2y, sum(sw2y2) AS sw2y2, sum(swy2) AS swy2, sum(ny) AS ny
FROM added
JOIN membership USING (alike)
JOIN weighted ON weighted.respondent = added.alike
GROUP BY ALL
ORDER BY ALL;
