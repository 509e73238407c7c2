import Volumes

/// Where the edges of the image lie in the patient: L, R, A, P, S, I; two letters where the slice is oblique.
public struct OrientationLetters: Hashable, Sendable {
    /// What lies beyond each edge of the image.
    public let left: String
    /// See ``left``.
    public let right: String
    /// See ``left``.
    public let top: String
    /// See ``left``.
    public let bottom: String

    /// The letters of a slice whose columns run to the right and whose rows run down the screen, unless flipped.
    public init(_ direction: GridDirection, isFlippedAcross: Bool = false, isFlippedDown: Bool = false) {
        self.init(
            across: direction.x, down: direction.y, isFlippedAcross: isFlippedAcross, isFlippedDown: isFlippedDown)
    }

    /// The letters of a plane by where its next columns and rows lie.
    public init(across: PatientVector, down: PatientVector, isFlippedAcross: Bool, isFlippedDown: Bool) {
        let across = across * (isFlippedAcross ? -1 : 1)
        let down = down * (isFlippedDown ? -1 : 1)
        right = Self.letters(across)
        left = Self.letters(across * -1)
        bottom = Self.letters(down)
        top = Self.letters(down * -1)
    }

    /// The main direction, and a second one that is more than about 20° off it.
    private static func letters(_ vector: PatientVector) -> String {
        let axes: [(share: Double, positive: String, negative: String)] = [
            (vector.x, "L", "R"), (vector.y, "P", "A"), (vector.z, "S", "I"),
        ]
        let main = axes.filter { abs($0.share) > 0.35 }.sorted { abs($0.share) > abs($1.share) }.prefix(2)
        return main.map { $0.share > 0 ? $0.positive : $0.negative }.joined()
    }
}
