"""Official documents set to GB/T 9704—2012: what they say (model), whether they may say it (rules), PDF and DOCX."""
