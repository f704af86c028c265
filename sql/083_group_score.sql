-- group_score: sums of scores by who or what collected the answers, for intraclass correlations.
-- Grain and key: member, wave, population, grouping (interviewer, device), level, indicator. Reads: score, respondent. Feeds: estimate/quality.py.
SELECT
    member, wave, population, grouping, level, indicator,
    count(*) AS n, sum(y) AS sy, sum(y * y) AS sy2
FROM score
JOIN (
    UNPIVOT (SELECT respondent, member, wave, population, interviewer, device FROM respondent)
    ON interviewer, device INTO NAME grouping VALUE level
) USING (respondent)
GROUP BY ALL
ORDER BY ALL;
