def csp_hash() -> str:
    return ""
