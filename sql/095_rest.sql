-- rest: for each answer to an item of a factor, the mean of the respondent's other answers to that factor.
-- Grain and key: member, wave, population, mode, language, factor, item, y, rest. Reads: respondent, scored, factor_sum. Feeds: estimate/dif.py.
SELECT
    member, wave, population, coalesce(mode, '') AS mode, coalesce(language, '') AS language,
    factor, item, y, round((total - y) / (answered - 1), 3) AS rest, count(*) AS n
FROM scored
JOIN factor_sum USING (respondent, factor)
JOIN respondent USING (respondent)
WHERE answered > 1
GROUP BY ALL
ORDER BY ALL;
