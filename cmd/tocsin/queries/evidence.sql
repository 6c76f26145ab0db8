-- each value of an incident, given by its id, with the words that say so
SELECT field, value, low, high, bound, edtf, standing, chosen, quotation, url, start_byte, end_byte, rule
FROM evidence WHERE incident = ?1 ORDER BY field, chosen IS NULL, url, start_byte
