"""Text tools: tokens, phrase lookup, pattern files, language detection."""
