-- membership: the domains that respondents belong to who are alike, each with its spot, a domain at a place of the design; '' is everybody, chr(31) the crossing of the profile items that adjusted trends hold fixed.
-- Grain and key: alike, domain_variable. Reads: weighted, profile_answer, profile_category (item, code), crossed_item (item, place).
-- Feeds: 039, 072, estimate/spots.py. Spots are numbered from 0 in the order of their names in 039.
-- A crossing is the answers' codes joined by chr(31), in the instrument's order; '' where one is open.
CREATE OR REPLACE TEMP TABLE membership AS
WITH first AS (
    SELECT DISTINCT alike FROM weighted
),
given AS (
    SELECT first.alike, answer.item, profile_category.code, crossed_item.place
    FROM first
    JOIN profile_answer AS answer ON answer.respondent = first.alike
    LEFT JOIN profile_category USING (item, code)
    LEFT JOIN crossed_item USING (item)
),
domain AS (
    SELECT alike, '' AS domain_variable, '' AS domain_category FROM first
    UNION ALL
    SELECT alike, item, code FROM given WHERE code IS NOT NULL
    UNION ALL
    SELECT alike, chr(31), string_agg(coalesce(code, ''), chr(31) ORDER BY place) FROM given WHERE place IS NOT NULL GROUP BY alike
)
SELECT
    domain.alike, domain_variable, domain_category,
    dense_rank() OVER (ORDER BY member, wave, population, stratum, psu, cell, domain_variable, domain_category) - 1 AS spot
FROM domain
JOIN weighted ON weighted.respondent = domain.alike;
