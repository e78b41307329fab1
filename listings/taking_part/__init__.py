"""Taking part: places at an event, waiting lists, shifts of volunteers, tickets."""
