"""The other files of a report: PDF, spreadsheet, tables as CSV."""
