"""Web pages that a sitemap lists."""
