import Foundation

/// An RTDOSE made by hand, for tests of whatever takes a dose: planes of 4 × 4 voxels, each of one dose.
public enum RTDoseBytes {
    /// The file, explicit VR, little-endian, with numbers of 16 bits.
    /// - Parameters:
    ///   - origin: the centre of the first voxel, mm.
    ///   - spacing: between columns, rows, and planes, mm.
    ///   - frameOfReference: empty to name none.
    ///   - planes: the dose of each, mGy.
    public static func file(
        origin: [Double] = [0, 0, 0], spacing: (Double, Double, Double) = (10, 10, 10), frameOfReference: String = "",
        planes: [UInt16] = [1000, 1000, 1000]
    ) -> Data {
        let sopClass = "1.2.840.10008.5.1.4.1.1.481.2"
        var meta = element(2, 1, "OB", Data([0, 1]))
        meta += text(2, 2, "UI", sopClass) + text(2, 3, "UI", "1.2.3.4") + text(2, 0x10, "UI", "1.2.840.10008.1.2.1")
        var data = Data(count: 128) + Data("DICM".utf8)
        data += element(2, 0, "UL", little(UInt32(meta.count))) + meta
        data += text(8, 0x16, "UI", sopClass) + text(8, 0x18, "UI", "1.2.3.4") + text(8, 0x60, "CS", "RTDOSE")
        data += text(0x20, 0x0d, "UI", "1.2.9") + text(0x20, 0x0e, "UI", "1.2.10")
        data += text(0x20, 0x32, "DS", origin.map { "\($0)" }.joined(separator: "\\"))
        data += text(0x20, 0x37, "DS", "1\\0\\0\\0\\1\\0")
        if !frameOfReference.isEmpty { data += text(0x20, 0x52, "UI", frameOfReference) }
        data += number(0x28, 2, 1) + text(0x28, 4, "CS", "MONOCHROME2") + text(0x28, 8, "IS", "\(planes.count)")
        data += number(0x28, 0x10, 4) + number(0x28, 0x11, 4) + text(0x28, 0x30, "DS", "\(spacing.1)\\\(spacing.0)")
        data += number(0x28, 0x100, 16) + number(0x28, 0x101, 16) + number(0x28, 0x102, 15) + number(0x28, 0x103, 0)
        data += text(0x3004, 2, "CS", "GY") + text(0x3004, 4, "CS", "PHYSICAL") + text(0x3004, 0x0a, "CS", "PLAN")
        data += text(
            0x3004, 0x0c, "DS", planes.indices.map { "\(Double($0) * spacing.2)" }.joined(separator: "\\"))
        data += text(0x3004, 0x0e, "DS", "0.001")
        let values = planes.flatMap { [UInt16](repeating: $0, count: 16) }
        data += element(0x7fe0, 0x10, "OW", values.reduce(into: Data()) { $0 += little($1) })
        return data
    }

    private static func little<T: FixedWidthInteger>(_ value: T) -> Data {
        withUnsafeBytes(of: value.littleEndian) { Data($0) }
    }

    private static func number(_ group: UInt16, _ tag: UInt16, _ value: UInt16) -> Data {
        element(group, tag, "US", little(value))
    }

    /// Values have an even length; UIDs are filled up with a zero, other texts with a blank (PS3.5 6.2).
    private static func text(_ group: UInt16, _ tag: UInt16, _ vr: String, _ text: String) -> Data {
        let filled = text.utf8.count % 2 == 0 ? text : text + (vr == "UI" ? "\0" : " ")
        return element(group, tag, vr, Data(filled.utf8))
    }

    private static func element(_ group: UInt16, _ tag: UInt16, _ vr: String, _ value: Data) -> Data {
        let head = little(group) + little(tag) + Data(vr.utf8)
        // Of these the length has four bytes (PS3.5 7.1.2).
        return ["OB", "OW"].contains(vr)
            ? head + Data([0, 0]) + little(UInt32(value.count)) + value : head + little(UInt16(value.count)) + value
    }
}
