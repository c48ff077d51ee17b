# The image that `astro dev start` builds: Astro Runtime installs packages.txt and requirements.txt, copies the project to
# /usr/local/airflow and puts that folder on PYTHONPATH, so that `from include… import` works in DAGs and tasks.
FROM astrocrpublic.azurecr.io/runtime:3.3-8-python-3.11

# Tesseract's own threads slow each other down when every core already runs a task.
ENV OMP_THREAD_LIMIT="1"

# The plugins folder holds the registration of the connection type `dvc`; Airflow reads those before it adds the folder.
ENV PYTHONPATH="/usr/local/airflow:/usr/local/airflow/plugins"
# TensorFlow Data Validation in an environment of its own: it needs pandas 1 and protobuf 4.
RUN python -m venv /usr/local/airflow/.venv-tfdv \
    && /usr/local/airflow/.venv-tfdv/bin/pip install --no-cache-dir --no-deps -r /usr/local/airflow/requirements-tfdv.txt
