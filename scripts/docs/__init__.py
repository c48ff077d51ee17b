"""What `make docs` and `make diagrams` run: pages from DAGs and docstrings, and the site."""
