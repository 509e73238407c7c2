// NcursesBackend: filled by the commits that follow.
