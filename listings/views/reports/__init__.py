"""Reports: the list of a place, making one, its page, and the pages behind the links of letters."""
