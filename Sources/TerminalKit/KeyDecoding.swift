/// What characters and the ends of control sequences mean as keys.
enum KeyDecoding {
    /// A character outside of any sequence; `nil` for none that can be a key.
    static func event(_ scalar: Unicode.Scalar, alt: Bool) -> InputEvent? {
        let modifiers: InputModifiers = alt ? .alt : []
        switch scalar.value {
        case 0x00: return .key(.character(" "), modifiers.union(.control))
        case 0x08, 0x7f: return .key(.special(.backspace), modifiers)
        case 0x09: return .key(.special(.tab), modifiers)
        case 0x0d: return .key(.special(.enter), modifiers)
        case 0x01...0x1a, 0x1c...0x1f:
            // Control clears the two high bits: 1 is A, 28 is \.
            let letter = Unicode.Scalar(UInt8(scalar.value) + (scalar.value <= 26 ? 0x60 : 0x40))
            return .key(.character(Character(letter)), modifiers.union(.control))
        case 0x1b: return .key(.special(.escape), modifiers)
        case 0x80...0x9f: return nil
        default: return .key(.character(Character(scalar)), modifiers)
        }
    }

    /// Behind `ESC O`: keys in application mode.
    static func singleShift(_ scalar: Unicode.Scalar) -> InputEvent? {
        switch scalar {
        case "M": return .key(.special(.enter), [])
        default:
            guard let final = UInt8(exactly: scalar.value), let key = letterKeys[final] else { return nil }
            return .key(.special(key), [])
        }
    }

    /// Behind `ESC [ [`: a linux console's F1…F5.
    static func consoleKey(_ final: UInt8) -> InputEvent? {
        let keys: [SpecialKey] = [.f1, .f2, .f3, .f4, .f5]
        let index = Int(final) - Int(UInt8(ascii: "A"))
        return keys.indices.contains(index) ? .key(.special(keys[index]), []) : nil
    }

    /// `ESC [ parameters final`, as xterm's "PC-style function keys" and "fixterms" have them.
    static func control(_ bytes: [UInt8], final: UInt8) -> InputEvent? {
        guard let numbers = parameters(bytes) else { return nil }
        let modifiers = numbers.count > 1 ? modifiers(numbers[1]) : []
        switch final {
        case UInt8(ascii: "~"):
            if numbers.first == 27, numbers.count == 3 { return character(numbers[2], modifiers) }
            guard let first = numbers.first, let key = numberKeys[first] else { return nil }
            return .key(.special(key), modifiers)
        case UInt8(ascii: "u"):
            guard let first = numbers.first else { return nil }
            return character(first, modifiers)
        case UInt8(ascii: "Z"): return .key(.special(.backTab), modifiers.subtracting(.shift))
        default:
            // Any other first number is a reply, not a key: `ESC [ 24 ; 80 R` tells where the cursor is.
            guard let key = letterKeys[final], numbers.count <= 2, numbers[0] <= 1 else { return nil }
            return .key(.special(key), modifiers)
        }
    }

    /// Shift 1, Alt 2, Control 4, other keys above, all plus one.
    static func modifiers(_ parameter: Int) -> InputModifiers {
        guard parameter > 0 else { return [] }
        var modifiers: InputModifiers = []
        if (parameter - 1) & 1 != 0 { modifiers.insert(.shift) }
        if (parameter - 1) & 2 != 0 { modifiers.insert(.alt) }
        if (parameter - 1) & 4 != 0 { modifiers.insert(.control) }
        return modifiers
    }

    private static func character(_ code: Int, _ modifiers: InputModifiers) -> InputEvent? {
        guard let value = UInt32(exactly: code), let scalar = Unicode.Scalar(value) else { return nil }
        guard case .key(let key, let own)? = event(scalar, alt: false) else { return nil }
        let chord = KeyChord(key: key, modifiers: modifiers.union(own))
        return .key(chord.key, chord.modifiers)
    }

    /// Numbers between semicolons; an empty one is 0. `nil` for anything else.
    private static func parameters(_ bytes: [UInt8]) -> [Int]? {
        var numbers: [Int] = []
        for field in bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false) {
            var number = 0
            for byte in field {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), number < 1_000_000 else { return nil }
                number = number * 10 + Int(byte - UInt8(ascii: "0"))
            }
            numbers.append(number)
        }
        return numbers
    }

    private static let letterKeys: [UInt8: SpecialKey] = [
        UInt8(ascii: "A"): .up, UInt8(ascii: "B"): .down, UInt8(ascii: "C"): .right, UInt8(ascii: "D"): .left,
        UInt8(ascii: "H"): .home, UInt8(ascii: "F"): .end, UInt8(ascii: "P"): .f1, UInt8(ascii: "Q"): .f2,
        UInt8(ascii: "R"): .f3, UInt8(ascii: "S"): .f4,
    ]

    private static let numberKeys: [Int: SpecialKey] = [
        1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end, 11: .f1, 12: .f2,
        13: .f3, 14: .f4, 15: .f5, 17: .f6, 18: .f7, 19: .f8, 20: .f9, 21: .f10, 23: .f11, 24: .f12,
    ]
}
