"""Spark for those who outgrow a machine: a cluster on loopback, and what is asked of any cluster."""
