import Volumes

/// How far region growing may go before it stops by itself.
public struct GrowSettings: Hashable, Sendable {
    /// The CT numbers that belong to the region; `nil` learns them from the surroundings of the seed.
    public var range: ClosedRange<HounsfieldUnit>?
    /// How far from the seed a voxel may lie.
    public var radius: Millimetres
    /// How large the region may become, ml; on one slice its area times the slice's thickness.
    public var millilitres: Double
    /// Half the width of a bridge that is not crossed; 0 crosses all.
    public var neck: Millimetres

    /// Settings from their parts. What is left out is wide enough for an effusion and too narrow for the chest wall.
    public init(
        range: ClosedRange<HounsfieldUnit>? = nil, radius: Millimetres = 100, millilitres: Double = 1500,
        neck: Millimetres = 2
    ) {
        self.range = range
        self.radius = radius
        self.millilitres = millilitres
        self.neck = neck
    }
}

/// Something that stopped region growing, so that the region may be smaller than what is connected.
public enum LeakGuard: Hashable, Sendable, CustomStringConvertible {
    /// It reached so far from the seed.
    case radius(Millimetres)
    /// It became so large, ml.
    case volume(Double)
    /// It would have gone through a bridge narrower than this.
    case neck(Millimetres)

    /// One clause for the user.
    public var description: String {
        func number(_ value: Double) -> String {
            value == value.rounded() ? String(Int(value)) : String((value * 10).rounded() / 10)
        }
        return switch self {
        case .radius(let radius): "stopped \(number(radius.value)) mm from the seed"
        case .volume(let millilitres): "stopped at \(number(millilitres)) ml"
        case .neck(let width): "stopped at a neck under \(number(width.value)) mm"
        }
    }
}

/// What region growing came to.
public struct GrownRegion: Hashable, Sendable {
    /// The region, the seed among it.
    public let mask: Mask
    /// The CT numbers that were taken.
    public let range: ClosedRange<HounsfieldUnit>
    /// What stopped it, if anything did.
    public let guards: [LeakGuard]
}
