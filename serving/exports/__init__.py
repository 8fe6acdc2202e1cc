"""The published marts as files, a workbook and a report."""
