import Cases
import Volumes

/// Something about a mask that is seldom right: to be looked at before the review is accepted, never a verdict.
public struct SanityWarning: Hashable, Sendable {
    /// What is suspicious.
    public enum Kind: Hashable, Sendable {
        /// It is empty; so many ml were predicted.
        case empty(predicted: Double)
        /// So many ml of it are another structure's too, and the two exclude one another.
        case overlap(with: StructureName, millilitres: Double)
        /// An organ in so many pieces, where there should be one or two; all but the largest hold so many ml.
        case components(Int, expected: Int, millilitres: Double)
        /// So many cavities that are closed all round, of so many ml together.
        case holes(Int, millilitres: Double)
        /// It lies on the other side of its partner than its name says.
        case sidesSwapped(with: StructureName)
        /// So many ml of it lie outside of the body.
        case outsideBody(millilitres: Double)
        /// So many slices between its first and its last have nothing of it.
        case skippedSlices(Int)
        /// It is so many per cent larger than predicted; negative: smaller.
        case volumeChange(percent: Double)
    }

    /// What is suspicious.
    public let kind: Kind
    /// The slice on which it is seen best, if there is one.
    public let slice: Int?

    /// A warning from its parts.
    public init(_ kind: Kind, slice: Int? = nil) {
        self.kind = kind
        self.slice = slice
    }

    /// Whether it is about what the structure has to do with another, and would be gone if that one were mended.
    package func concerns(_ other: StructureName) -> Bool {
        switch kind {
        case .overlap(other, _), .sidesSwapped(other): true
        default: false
        }
    }

    /// What is suspicious, in a few words without the structure's name.
    public var text: String {
        func ml(_ value: Double) -> String {
            let tenths = Int((value * 10).rounded())
            return tenths == 0 ? "<0.1 ml" : "\(tenths / 10).\(tenths % 10) ml"
        }
        return switch kind {
        case .empty(let predicted): predicted > 0 ? "empty; \(ml(predicted)) were predicted" : "empty"
        case .overlap(let other, let volume): "overlaps \(other) by \(ml(volume))"
        case .components(let count, let expected, let rest):
            "\(count) pieces, \(ml(rest)) outside the \(expected == 1 ? "largest" : "\(expected) largest")"
        case .holes(let count, let volume): "\(Plural.count(count, "hole")), \(ml(volume))"
        case .sidesSwapped(let other): "side swapped with \(other)"
        case .outsideBody(let volume): "\(ml(volume)) outside the body"
        case .skippedSlices(let count): "\(Plural.count(count, "slice")) skipped"
        case .volumeChange(let percent):
            "\(Int(abs(percent).rounded())) % \(percent < 0 ? "smaller" : "larger") than predicted"
        }
    }
}
