"""What a question type is: one object per file of app/engine/types, found by the registry."""
