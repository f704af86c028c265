-- item_moments: how many gave each answer, and what they weigh.
-- Grain and key: member, wave, population, stratum, psu, cell, domain_variable, domain_category, item, code.
-- Reads: counted (alike, item, code, n, sw, sw2), membership, weighted. Feeds: estimate/moments.py, which scores the codes, and the tests of tables and ranks.
SELECT
    member, wave, population, stratum, psu, cell,
    domain_variable, domain_category, item, code,
    sum(n)::BIGINT AS n, sum(sw) AS sw, sum(sw2) AS sw2
FROM counted
JOIN membership USING (alike)
JOIN weighted ON weighted.respondent = counted.alike
GROUP BY ALL
ORDER BY ALL;
