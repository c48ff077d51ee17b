# hadolint global ignore=DL3066
# (The users of the base image have names but no fixed ids.)
# The image that `astro dev start` builds. Astro Runtime is Airflow: its own steps install packages.txt and requirements.txt and
# copy the project to /usr/local/airflow, before the steps here (docs/containers.md).
FROM astrocrpublic.azurecr.io/runtime:3.3-8-python-3.12

# Tesseract's own threads slow each other down when every core already runs a task.
ENV OMP_THREAD_LIMIT="1"

# The lines of deploy/common.env, which has the reasons; tests/test_deployment.py compares.
ENV AIRFLOW__API_AUTH__JWT_EXPIRATION_TIME="28800" \
    AIRFLOW__API__ENABLE_SWAGGER_UI="False" \
    AIRFLOW__API__EXPOSE_CONFIG="False" \
    AIRFLOW__API__EXPOSE_STACKTRACE="False" \
    AIRFLOW__CORE__HIDE_SENSITIVE_VAR_CONN_FIELDS="True" \
    AIRFLOW__CORE__TEST_CONNECTION="Disabled" \
    AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL="2" \
    AIRFLOW__WORKERS__MAX_FAILED_HEARTBEATS="15" \
    AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT="120" \
    AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL="10" \
    AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL="30" \
    AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT="20" \
    AIRFLOW__LOGGING__FILE_TASK_HANDLER_NEW_FILE_PERMISSIONS="0o600" \
    AIRFLOW__LOGGING__FILE_TASK_HANDLER_NEW_FOLDER_PERMISSIONS="0o700"

# `import student_loans` in DAGs and tasks; and the plugins folder, since it holds the registration of the connection type
# `dvc`, which Airflow reads before it adds the folder.
ENV PYTHONPATH="/usr/local/airflow/include:/usr/local/airflow/plugins"

# A new volume gets the owner of the folder that it covers (docker-compose.override.yml). Every task imports the project; a
# worker that may not write bytecode would also compile it for every task.
RUN mkdir -p /usr/local/airflow/reports \
    && python -m compileall -q /usr/local/airflow/include /usr/local/airflow/plugins

# TensorFlow Data Validation has a separate environment: it needs pandas 1 and protobuf 4, and Python 3.11, which no image of
# Airflow 3.3 has. One package of its lock, pyfarmhash, comes as source: the compiler is installed for this step only.
USER root
ENV UV_PYTHON_INSTALL_DIR="/usr/local/share/uv-python"
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends g++ \
    && uv venv --python 3.11 --managed-python /usr/local/airflow/.venv-tfdv \
    && uv pip install --python /usr/local/airflow/.venv-tfdv --no-cache --no-deps --requirement /usr/local/airflow/requirements-tfdv.txt \
    && apt-get purge --yes --auto-remove g++ \
    && rm -rf /var/lib/apt/lists/*
# The command `student-loans`, a console script of the wheel; dvc.yaml runs it too.
RUN printf '#!/bin/sh\nexec python -P -m student_loans "$@"\n' > /usr/local/bin/student-loans \
    && chmod +x /usr/local/bin/student-loans
USER astro
