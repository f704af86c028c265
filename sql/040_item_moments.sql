-- item_moments: how many gave each answer, and what they weigh.
-- Grain and key: member, wave, population, stratum, psu, cell, domain_variable, domain_category, item, code.
-- Reads: weighted, membership, answer. Feeds: estimate/moments.py, which scores the codes, and the tests of tables and ranks.
WITH counted AS (
    SELECT alike, item, code, count(*) AS n, sum(weight) AS sw, sum(weight * weight) AS sw2
    FROM answer
    JOIN weighted USING (respondent)
    GROUP BY alike, item, code
)
SELECT
    member, wave, population, stratum, psu, cell,
    domain_variable, domain_category, item, code,
    sum(n)::BIGINT AS n, sum(sw) AS sw, sum(sw2) AS sw2
FROM counted
JOIN membership USING (alike)
JOIN weighted ON weighted.respondent = counted.alike
GROUP BY ALL
ORDER BY ALL;
