"""Who may do what: users, tokens, groups, tenants, roles, authorizations; and the log of what they did."""
