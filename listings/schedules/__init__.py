"""When something takes place: rules, exceptions, dates, and how they are said. No models here."""
