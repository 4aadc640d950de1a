"""Programs that run on this machine for development: the light Elasticsearch and Airflow."""
