-- factor_sum: what a respondent's answers to a factor add up to.
-- Grain and key: respondent, factor. Reads: scored. Feeds: 050, 090, 095.
CREATE OR REPLACE TEMP TABLE factor_sum AS
SELECT respondent, factor, sum(y) AS total, count(*) AS answered
FROM scored
GROUP BY respondent, factor;
