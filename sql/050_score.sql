-- score: each respondent's factor and index scores (0 to 100).
-- Grain and key: respondent, indicator. Reads: factor_sum, factor_size (factor, needed),
-- index_factor (index_code, factor), index_size (index_code, needed). Feeds: 060, 082, 083, 097.
-- A factor needs `needed` of its items answered, an index `needed` of its factors (the instrument's score_needs, half by default).
CREATE OR REPLACE TEMP TABLE score AS
WITH factor_score AS (
    SELECT respondent, factor, total / answered AS y
    FROM factor_sum
    JOIN factor_size USING (factor)
    WHERE answered >= needed
),
index_score AS (
    SELECT respondent, index_code, avg(y) AS y
    FROM factor_score
    JOIN index_factor USING (factor)
    JOIN index_size USING (index_code)
    GROUP BY respondent, index_code, needed
    HAVING count(*) >= needed
)
SELECT respondent, factor AS indicator, 'factor' AS indicator_kind, y FROM factor_score
UNION ALL
SELECT respondent, index_code, 'index', y FROM index_score;
