"""Pages of Wagtail's admin for stewards, and the widget."""
