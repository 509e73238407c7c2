extension StructureCatalogue {
    /// The colours of structures in the theme that the program comes with, as it comes: `themes/dark.toml` once more, where
    /// nobody who gives a department colours of its own changes them. A test compares both.
    public static let shippedColours: [String: String] = [
        "Lung_L": "#00aaff", "Lung_R": "#008700", "Lungs": "#4cffd9", "Heart": "#e199ab", "Esophagus": "#f0bbab",
        "SpinalCord": "#7031fa", "Trachea": "#b761d4",
    ]

    /// Those of structures that it does not know, in order.
    public static let shippedFallbackColours: [String] = [
        "#ac692c", "#0967ad", "#68a48c", "#1bd860", "#b82e53", "#cc82fa", "#dfb307", "#9cc5ea", "#5d690a",
        "#9482ac", "#1f74fa", "#e7830f", "#6f56d1", "#85f57f", "#b94b8a", "#c0d689", "#a99fdc", "#6b844a",
    ]
}
