"""The view's side of large questions: the answer, or that it is being worked out."""
