import Volumes

/// Which CT numbers are shown between black and white (DICOM PS3.3 C.11.2.1.2).
public struct WindowLevel: Hashable, Sendable {
    /// The width of the window, HU; at least 1.
    public var width: Int
    /// Its centre, HU.
    public var level: Int

    /// A window; the width is brought to at least 1 and both into what 16 bits can show.
    public init(width: Int, level: Int) {
        self.width = min(max(1, width), 65_536)
        self.level = min(max(-32_768, level), 32_767)
    }

    /// From 0 (black) to 255 (white), linear in between.
    public func grey(of value: Double) -> UInt8 {
        let low = Double(level) - Double(width) / 2
        return UInt8(min(255, max(0, (value - low) / Double(width) * 255)).rounded())
    }
}

/// The windows on the keys 1 to 5, as OHIF has them.
public enum WindowPreset: String, CaseIterable, Hashable, Sendable {
    /// Soft tissue, 400/40.
    case soft
    /// Lung, 1500/−600.
    case lung
    /// Liver, 150/90.
    case liver
    /// Bone, 2500/480.
    case bone
    /// Brain, 80/40.
    case brain

    /// Width and level.
    public var window: WindowLevel {
        switch self {
        case .soft: WindowLevel(width: 400, level: 40)
        case .lung: WindowLevel(width: 1500, level: -600)
        case .liver: WindowLevel(width: 150, level: 90)
        case .bone: WindowLevel(width: 2500, level: 480)
        case .brain: WindowLevel(width: 80, level: 40)
        }
    }

    /// The preset a window is, if it is one.
    public static func matching(_ window: WindowLevel) -> WindowPreset? {
        allCases.first { $0.window == window }
    }
}
