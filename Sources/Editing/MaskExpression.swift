import Volumes

/// Masks put together by set operations and margins, such as (GTV + 5mm) − SpinalCord. The leaves are names while it is
/// only said, and masks once it can be worked out.
public indirect enum MaskExpression<Leaf: Hashable & Sendable>: Hashable, Sendable {
    /// A structure, or its mask.
    case leaf(Leaf)
    /// Something with its surface moved.
    case margin(MaskExpression, DirectionalMargin)
    /// Two things put together.
    case combine(SetOperation, MaskExpression, MaskExpression)

    /// All leaves, from left to right, as often as they are there.
    public var leaves: [Leaf] {
        switch self {
        case .leaf(let leaf): [leaf]
        case .margin(let inner, _): inner.leaves
        case .combine(_, let one, let other): one.leaves + other.leaves
        }
    }

    /// The same with other leaves.
    public func map<Other, Failure: Error>(
        _ transform: (Leaf) throws(Failure) -> Other
    ) throws(Failure) -> MaskExpression<Other> {
        switch self {
        case .leaf(let leaf): .leaf(try transform(leaf))
        case .margin(let inner, let margin): .margin(try inner.map(transform), margin)
        case .combine(let operation, let one, let other):
            .combine(operation, try one.map(transform), try other.map(transform))
        }
    }
}

extension MaskExpression where Leaf == Mask {
    /// What it comes to.
    /// - Throws: ``Volumes/VolumesError`` for masks of different grids and senseless lengths.
    func mask(in domain: MaskDomain) throws(VolumesError) -> Mask {
        switch self {
        case .leaf(let mask): mask
        case .margin(let inner, let margin): try inner.mask(in: domain).changed(by: margin, in: domain)
        case .combine(let operation, let one, let other):
            try operation.apply(try one.mask(in: domain), try other.mask(in: domain))
        }
    }
}

extension MaskExpression: CustomStringConvertible where Leaf: CustomStringConvertible {
    /// The expression with a bracket around every part, so that it can be read in one way only; names that are no plain
    /// words are in quotation marks.
    public var description: String {
        switch self {
        case .leaf(let leaf): Self.quoted(leaf.description)
        case .margin(let inner, let margin): "\(inner.inBrackets) \(margin.text)"
        case .combine(let operation, let one, let other): "\(one.inBrackets) \(operation.sign) \(other.inBrackets)"
        }
    }

    /// A name as it stands among signs and lengths: a plain word begins as neither of them does.
    private static func quoted(_ name: String) -> String {
        let isPlain = name.allSatisfy { $0.isLetter || $0.isNumber || "_-+~^.".contains($0) }
        guard isPlain, let first = name.first, first.isLetter || "_~".contains(first) else { return "\"\(name)\"" }
        return name
    }

    private var inBrackets: String { if case .leaf = self { description } else { "(\(description))" } }
}

extension SetOperation {
    /// How it stands between two masks.
    var sign: String {
        switch self {
        case .union: "+"
        case .subtract: "−"
        case .intersect: "&"
        case .copy: "="
        }
    }
}

extension DirectionalMargin {
    /// The margin behind what it is of: `+ 5mm`, `− (L 3mm, S 5mm)`.
    public var text: String {
        let sign = shrinks ? "−" : "+"
        if let uniform { return "\(sign) \(Self.number(abs(uniform.value)))mm" }
        return "\(sign) (\(lengthsText))"
    }

    /// The lengths alone: `LR 3mm, S 5mm`; directions of the same length together, those of none left out.
    public var lengthsText: String {
        var groups: [(letters: String, length: Double)] = []
        for direction in Direction.allCases where self[direction].value != 0 {
            let length = self[direction].value
            if let i = groups.firstIndex(where: { $0.length == length }) {
                groups[i].letters.append(direction.rawValue)
            } else {
                groups.append((String(direction.rawValue), length))
            }
        }
        return groups.map { "\($0.letters) \(Self.number($0.length))mm" }.joined(separator: ", ")
    }

    /// A number in full, by its fewest digits, without a needless fraction.
    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e9 ? String(Int(value)) : String(value)
    }
}
