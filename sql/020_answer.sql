-- answer: every item of every respondent of one instrument, blanks included (code '').
-- Grain and key: respondent, item. Reads: answers, respondent. Feeds: 035 to 042, 080, 097.
CREATE OR REPLACE TEMP TABLE answer AS
SELECT respondent.respondent, unpivoted.item, coalesce(unpivoted.code, '') AS code
FROM answers
UNPIVOT INCLUDE NULLS (
    code FOR item IN (COLUMNS(* EXCLUDE (_submission, _member, _wave, _population, _row, _weight, _stratum, _psu, _duration, _interviewer, _device, _mode, _language)))
) AS unpivoted
JOIN respondent ON respondent.submission = unpivoted._submission AND respondent.row = unpivoted._row;
