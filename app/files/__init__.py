"""Files: pictures that questionnaires show, and what respondents send. Rows in the database, content under VAR_DIR/files."""
