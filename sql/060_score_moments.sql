-- score_moments: the sums from which means of factor and index scores and their variances follow.
-- Grain and key: member, wave, population, stratum, psu, cell, domain_variable, domain_category, indicator.
-- Reads: weighted, membership, score. Feeds: estimate/moments.py.
-- Scores are centred at 50 before they are squared: cancellation would cost digits.
SELECT
    member, wave, population, stratum, psu, cell,
    domain_variable, domain_category, indicator, indicator_kind,
    count(*) AS n, sum(weight) AS sw, sum(weight * (y - 50)) AS swy, sum(weight * weight) AS sw2,
    sum(weight * weight * (y - 50)) AS sw2y, sum(weight * weight * (y - 50) * (y - 50)) AS sw2y2,
    sum(weight * (y - 50) * (y - 50)) AS swy2,
    sum(y - 50) AS ny
FROM score
JOIN membership USING (respondent)
JOIN weighted USING (respondent)
GROUP BY ALL
ORDER BY ALL;
