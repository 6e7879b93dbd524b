"""What every test may ask for. The servers and the browser start only when a test does."""

pytest_plugins = ["tests.servers", "tests.browser", "tests.app_server"]
