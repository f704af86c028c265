-- item_moments: how many gave each answer, and what they weigh.
-- Grain and key: member, wave, population, stratum, psu, domain_variable, domain_category, item, code.
-- Reads: respondent, membership, answer. Feeds: estimate/moments.py, which scores the codes.
-- psu is '' where respondents themselves are the sampling units.
SELECT
    member, wave, population, stratum, coalesce(psu, '') AS psu,
    domain_variable, domain_category, item, code,
    count(*) AS n, sum(weight) AS sw, sum(weight * weight) AS sw2
FROM membership
JOIN respondent USING (respondent)
JOIN answer USING (respondent)
GROUP BY ALL;
