"""The web server: application factory, page, assets, security, live updates."""
