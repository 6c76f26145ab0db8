-- each value of one incident with its quotation, URL, byte span and rule; give the incident's id
SELECT field, value, low, high, bound, edtf, standing, chosen, quotation, url, start_byte, end_byte, rule
FROM evidence WHERE incident = ?1 ORDER BY field, chosen IS NULL, url, start_byte
