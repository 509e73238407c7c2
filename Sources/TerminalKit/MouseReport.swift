extension MouseEvent {
    /// Reads the parameters of an SGR mouse report (xterm's mode 1006): `ESC [ < button ; column ; row M`, or `m` at the
    /// end for a release. `nil` for anything that is not exactly that, for buttons and wheels this type does not know,
    /// and for places over 32,767.
    public init?(sgrParameters parameters: some Sequence<UInt8>, released: Bool) {
        var numbers = [0, 0, 0]
        var digits = [0, 0, 0]
        var field = 0
        for byte in parameters {
            switch byte {
            case UInt8(ascii: ";"):
                field += 1
                if field > 2 { return nil }
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                numbers[field] = numbers[field] * 10 + Int(byte - UInt8(ascii: "0"))
                digits[field] += 1
                if numbers[field] > 32_767 || digits[field] > 8 { return nil }
            default: return nil
            }
        }
        guard field == 2, !digits.contains(0), numbers[1] > 0, numbers[2] > 0 else { return nil }
        let code = numbers[0]
        guard code < 128 else { return nil }
        var modifiers: InputModifiers = []
        if code & 4 != 0 { modifiers.insert(.shift) }
        if code & 8 != 0 { modifiers.insert(.alt) }
        if code & 16 != 0 { modifiers.insert(.control) }
        let button = [Button.left, .middle, .right, .none][code & 3]
        let kind: Kind
        if code & 64 != 0 {
            guard code & 3 < 2, code & 32 == 0, !released else { return nil }
            kind = .scroll(code & 3 == 0 ? -1 : 1)
        } else if code & 32 != 0 {
            kind = .drag(button)
        } else {
            guard button != .none else { return nil }
            kind = released ? .release(button) : .press(button)
        }
        self.init(kind: kind, x: numbers[1] - 1, y: numbers[2] - 1, modifiers: modifiers)
    }
}
