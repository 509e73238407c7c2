import Foundation

/// Where the user's own files are: settings, rules, themes, keymaps, structures.
public enum SettingsFolder {
    /// The running program's: `pleura` in `$XDG_CONFIG_HOME`, otherwise in `~/.config`.
    public static var current: URL {
        let set = ProcessInfo.processInfo.environment["XDG_CONFIG_HOME"] ?? ""
        let config =
            set.isEmpty
            ? FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(".config")
            : URL(fileURLWithPath: set)
        return config.appendingPathComponent("pleura")
    }
}
