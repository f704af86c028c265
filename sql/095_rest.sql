-- rest: for each answer to an item of a factor, the mean of the respondent's other answers to that factor.
-- Grain and key: member, wave, population, mode, language, factor, item, y, rest. Reads: respondent, answer, factor_item. Feeds: estimate/dif.py.
WITH scored AS (
    SELECT respondent, factor, item, y,
        sum(y) OVER mine AS total, count(*) OVER mine AS answered
    FROM answer
    JOIN factor_item USING (item, code)
    WINDOW mine AS (PARTITION BY respondent, factor)
)
SELECT
    member, wave, population, coalesce(mode, '') AS mode, coalesce(language, '') AS language,
    factor, item, y, round((total - y) / (answered - 1), 3) AS rest, count(*) AS n
FROM scored
JOIN respondent USING (respondent)
WHERE answered > 1
GROUP BY ALL
ORDER BY ALL;
