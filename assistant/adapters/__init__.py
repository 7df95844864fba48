"""Where vendor libraries live: each module satisfies one port."""
