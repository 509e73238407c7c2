// Review: filled by the commits that follow.
