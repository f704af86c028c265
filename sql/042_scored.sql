-- scored: the answers to items of factors as scores (0 to 100), polarity aligned.
-- Grain and key: respondent, factor, item. Reads: answer, factor_item (factor, item, code, y). Feeds: 045, 050, 090, 095.
CREATE OR REPLACE TEMP TABLE scored AS
SELECT respondent, factor, item, y
FROM answer
JOIN factor_item USING (item, code);
