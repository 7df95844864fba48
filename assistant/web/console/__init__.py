"""The console: server-rendered pages that work without JavaScript and feel quicker with it."""
