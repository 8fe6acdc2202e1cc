"""The landing zone: immutable files, their audit records, the rows that were set aside."""
