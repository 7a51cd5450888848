"""Language models: providers, the router over them, budgets and the ledger of what was used."""
