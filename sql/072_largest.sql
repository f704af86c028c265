-- largest: each group's weight and its greatest weights, for the dominance rule.
-- Grain and key: member, wave, population, domain_variable, domain_category. Reads: weighted, membership. Feeds: protect/primary.py.
SELECT
    member, wave, population, domain_variable, domain_category,
    sum(weight ORDER BY respondent) AS weight, max(weight, 10) AS largest
FROM membership
JOIN weighted USING (alike)
GROUP BY ALL
ORDER BY ALL;
