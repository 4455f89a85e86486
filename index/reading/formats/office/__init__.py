"""Word processing, spreadsheets and slides: Office Open XML, OpenDocument and RTF."""
