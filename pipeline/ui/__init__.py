"""The Airflow plugin: the index page in the navigation, the run page as a tab of runs, and what an operator may do."""
