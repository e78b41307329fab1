"""What is left out of the log."""

import logging


class SaidInOneLine(logging.Filter):
    """Leaves out tracebacks of answers that `config.unavailable` has logged in one line already."""

    def filter(self, record: logging.LogRecord) -> bool:
        # Here: the log is set up before there are models, which that module needs.
        from config.unavailable import why

        error = record.exc_info[1] if record.exc_info else None
        return not record.name.startswith("django.request") or error is None or why(error) is None
