import Volumes

/// Why a region operation gave no mask.
public enum RegionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It was told to stop.
    case cancelled
    /// It makes no sense here; one clause for the user that says what to do instead.
    case refused(String)
    /// Grids or parameters do not fit.
    case volumes(VolumesError)

    /// One clause for the user.
    public var description: String {
        switch self {
        case .cancelled: "stopped"
        case .refused(let reason): reason
        case .volumes(let error): error.description
        }
    }

    /// Runs something that throws the errors of `Volumes`.
    static func wrapping<R>(_ body: () throws(VolumesError) -> R) throws(RegionError) -> R {
        do { return try body() } catch { throw .volumes(error) }
    }
}
