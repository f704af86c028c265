-- factor_pair: sums and products of two items' scores, polarity aligned, over those who answered every item of the factor.
-- Grain and key: member, wave, population, factor, item, other_item (item <= other_item).
-- Reads: respondent, scored, factor_sum. Feeds: estimate/reliability.py. Respondents weigh alike.
WITH asked AS (
    SELECT member, wave, population, factor, count(DISTINCT item) AS items
    FROM scored
    JOIN respondent USING (respondent)
    GROUP BY ALL
),
complete AS (
    SELECT respondent, member, wave, population, factor
    FROM factor_sum
    JOIN respondent USING (respondent)
    JOIN asked USING (member, wave, population, factor)
    WHERE answered = items
)
SELECT
    member, wave, population, factor, scored.item, other.item AS other_item,
    count(*) AS n, sum(scored.y) AS sx, sum(other.y) AS sy, sum(scored.y * other.y) AS sxy
FROM complete
JOIN scored USING (respondent, factor)
JOIN scored AS other
    ON other.respondent = complete.respondent AND other.factor = complete.factor AND scored.item <= other.item
GROUP BY ALL
ORDER BY ALL;
