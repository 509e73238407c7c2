/// The names of files, which are bytes and need not be UTF-8, as texts that lose nothing.
///
/// A byte that is no UTF-8 stands as a character from U+F780 to U+F7FF (the byte's own number on top of U+F700); the C
/// side, where files are opened, turns it back. A name that has such a character of its own is written so throughout.
enum FileName {
    /// The text that stands for a name.
    static func text(_ bytes: some Collection<UInt8>) -> String {
        if let plain = String(validating: bytes, as: UTF8.self), !plain.unicodeScalars.contains(where: isMark) {
            return plain
        }
        // A whole character is kept where there is one; only what is none is marked.
        var text = ""
        var rest = Array(bytes)[...]
        while let first = rest.first {
            let length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0
            if length > 0, let character = String(validating: rest.prefix(length), as: UTF8.self),
                !character.unicodeScalars.contains(where: isMark)
            {
                text += character
                rest = rest.dropFirst(length)
            } else {
                text.unicodeScalars.append(Unicode.Scalar(0xf700 + UInt16(first)) ?? "?")
                rest = rest.dropFirst()
            }
        }
        return text
    }

    /// A name as people read it: `\xE9` where a byte is no character.
    static func shown(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isMark) else { return text }
        return text.unicodeScalars.reduce(into: "") { shown, scalar in
            if isMark(scalar) {
                shown += "\\x" + String(scalar.value - 0xf700, radix: 16, uppercase: true)
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool { (0xf780...0xf7ff).contains(scalar.value) }
}
