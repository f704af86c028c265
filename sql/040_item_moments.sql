-- item_moments: how many gave each answer, and what they weigh.
-- Grain and key: member, wave, population, stratum, psu, cell, domain_variable, domain_category, item, code.
-- Reads: weighted, membership, answer. Feeds: estimate/moments.py, which scores the codes, and the tests of tables and ranks.
SELECT
    member, wave, population, stratum, psu, cell,
    domain_variable, domain_category, item, code,
    count(*) AS n, sum(weight) AS sw, sum(weight * weight) AS sw2
FROM membership
JOIN weighted USING (respondent)
JOIN answer USING (respondent)
GROUP BY ALL
ORDER BY ALL;
