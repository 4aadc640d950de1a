"""What runs on this machine alone: the light Elasticsearch, and a local Airflow."""
