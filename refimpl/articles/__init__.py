"""The ledger: what the articles claim, the verdicts, the evidence."""
