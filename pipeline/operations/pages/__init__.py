"""Web pages for operators: views and templates, without network, index or Airflow.

A page is one HTML document without any other file: no script, styles inside, and pictures drawn as SVG.
"""
