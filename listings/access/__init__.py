"""Who may do what with a listing."""
