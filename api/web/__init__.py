"""The pages: their texts and language, templates, scripts and styles."""
