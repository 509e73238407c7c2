// Learning: filled by the commits that follow.
