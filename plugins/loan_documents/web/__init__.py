"""The API and the pages in Airflow's web server: find, upload and review documents."""
