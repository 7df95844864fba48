"""What a brand knows: its pack read and checked, its articles split into passages and indexed."""
