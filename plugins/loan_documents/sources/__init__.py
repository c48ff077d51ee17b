"""Sources that use an Airflow connection: one module each, with a function ``open_connected``."""
