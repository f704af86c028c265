-- membership: the domains that a respondent belongs to; '' is everybody, chr(31) the crossing of the profile items that adjusted trends hold fixed.
-- Grain and key: respondent, domain_variable. Reads: respondent, answer, profile_category (item, code), crossed_item (item, place).
-- Feeds: 040, 060, 072. A crossing is the answers' codes joined by chr(31), in the instrument's order; '' where one is open.
CREATE OR REPLACE TEMP TABLE membership AS
WITH crossing AS (
    SELECT
        answer.respondent,
        string_agg(coalesce(profile_category.code, ''), chr(31) ORDER BY crossed_item.place) AS codes
    FROM answer
    JOIN crossed_item USING (item)
    LEFT JOIN profile_category USING (item, code)
    GROUP BY answer.respondent
)
SELECT respondent, '' AS domain_variable, '' AS domain_category FROM respondent
UNION ALL
SELECT answer.respondent, answer.item, answer.code
FROM answer
JOIN profile_category USING (item, code)
UNION ALL
SELECT respondent, chr(31), codes FROM crossing;
