-- spot: what the numbers of spots stand for.
-- Grain and key: spot. Reads: membership, weighted. Feeds: estimate/spots.py.
SELECT DISTINCT spot, member, wave, population, stratum, psu, cell, domain_variable, domain_category
FROM membership
JOIN weighted ON weighted.respondent = membership.alike
ORDER BY spot;
