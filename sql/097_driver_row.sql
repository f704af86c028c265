-- driver_row: what a regression reads of a respondent.
-- Grain and key: one row per respondent. Reads: weighted, score, answer, driver_factor (factor, place), driver_item (item, place).
-- Feeds: estimate/drivers/rows.py alone. scores: by place of the factor, null where too little was answered;
-- codes: by place of the item, '' for a blank. Never leaves `estimate`. Of more than $most respondents of a unit so many, drawn
-- at random (by a hash, so that every run draws the same).
WITH drawn AS (
    SELECT * FROM weighted
    QUALIFY row_number() OVER (PARTITION BY member, wave, population ORDER BY hash(respondent), respondent) <= $most
),
scored AS (
    SELECT weighted.respondent, list(score.y ORDER BY driver_factor.place) AS scores
    FROM drawn AS weighted
    CROSS JOIN driver_factor
    LEFT JOIN score ON score.respondent = weighted.respondent AND score.indicator = driver_factor.factor
        AND score.indicator_kind = 'factor'
    GROUP BY weighted.respondent
),
coded AS (
    SELECT respondent, list(code ORDER BY place) AS codes
    FROM answer
    JOIN driver_item USING (item)
    SEMI JOIN drawn USING (respondent)
    GROUP BY respondent
)
SELECT member, wave, population, stratum, psu, cell, weight, scores, codes
FROM drawn
JOIN scored USING (respondent)
JOIN coded USING (respondent)
ORDER BY respondent;
