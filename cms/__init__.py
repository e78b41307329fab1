"""Pages that people edit: places, tours, widgets; and what stewards do in Wagtail's admin."""
