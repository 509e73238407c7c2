/// Why a file could not be read or written: what, where, and how to mend it.
public struct ImageFormatsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of trouble.
    public enum Kind: Hashable, Sendable {
        /// There is nothing at the path, or it may not be opened.
        case notFound
        /// It is not an image of a kind that is read.
        case notAnImage
        /// It is valid, but of a kind that is not read.
        case unsupported
        /// It is broken or cut off.
        case damaged
        /// Its parts do not make one regular volume: mixed orientations, missing or differing slices, tilt.
        case inconsistent
        /// It could not be written.
        case notWritten
    }

    /// What kind of trouble.
    public let kind: Kind
    /// What is wrong, as a clause without a full stop.
    public let what: String
    /// The files concerned; the first few are named in the message.
    public let files: [String]
    /// What the user can do, as a sentence; empty where nothing is known.
    public let mend: String

    /// An error from its parts.
    public init(_ kind: Kind, _ what: String, files: [String] = [], mend: String = "") {
        self.kind = kind
        self.what = what
        self.files = files
        self.mend = mend
    }

    /// One or two sentences for the user.
    public var description: String {
        var text = what
        if !files.isEmpty {
            text += ": " + files.prefix(3).joined(separator: ", ")
            if files.count > 3 { text += " and \(files.count - 3) more" }
        }
        return mend.isEmpty ? text + "." : text + ". " + mend
    }
}
