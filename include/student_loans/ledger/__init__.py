"""The ledger: which stage has worked on which document, under which code, how often and with what result."""
