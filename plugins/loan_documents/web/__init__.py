"""The API and the pages inside Airflow's web server: operations look at documents, upload and review them."""
