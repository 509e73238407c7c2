import Commands
import PatientView
import Volumes

extension ReviewState {
    /// Sets the window of this name, one of the user's own: those that everybody has are no names of such.
    mutating func setWindow(named name: String) -> [ReviewEffect] {
        if let window = seeing.preferences.windows[name] {
            view.window = window
            return []
        }
        let names = WindowPreset.allCases.map(\.rawValue) + seeing.preferences.windows.keys.sorted()
        return warn("there is no window \(name); there are \(names.joined(separator: ", ")), or WIDTH LEVEL in HU")
    }

    /// The mouse drags the window: so many columns to the right of where it began wider, so many rows below it higher.
    mutating func dragWindow(columns: Int, rows: Int) {
        guard let before = seeing.windowBefore else { return }
        // A column is a fiftieth of the window, so that wide windows are not slower than narrow ones.
        let step = max(1, before.width / 50)
        view.window = WindowLevel(
            width: before.width + min(max(-2000, columns), 2000) * step,
            level: before.level + min(max(-2000, rows), 2000) * step)
    }

    /// Takes back what the mouse has dragged of the window.
    /// - Returns: whether it was dragged.
    mutating func cancelWindowDrag() -> Bool {
        guard let before = seeing.windowBefore else { return false }
        view.window = before
        seeing.windowBefore = nil
        return true
    }

    /// Goes to a position in the patient.
    mutating func go(to point: PatientPoint) -> [ReviewEffect] {
        guard let geometry else { return warn("there is no image yet") }
        let index = geometry.index(of: point)
        guard let voxel = index.nearestVoxel, geometry.size.contains(voxel) else {
            let corners = [
                geometry.point(at: VoxelIndex(x: 0, y: 0, z: 0)),
                geometry.point(
                    at: VoxelIndex(x: geometry.size.x - 1, y: geometry.size.y - 1, z: geometry.size.z - 1)),
            ]
            let ends = corners.map { "\(Self.text($0.x)) \(Self.text($0.y)) \(Self.text($0.z))" }
            return warn(
                "that is outside the image, which goes from \(ends.joined(separator: " to ")) mm "
                    + "(x to the left, y to the back, z to the head)")
        }
        let moved = go(to: voxel.z) + goThrough(to: voxel[gridPlane.normal])
        let normal = gridPlane.normal
        let aimed = endStroke()
        view.position = index
        // Along the normal the crosshair is on voxels' centres.
        view.position[normal] = Double(voxel[normal])
        if let shown = viewport?.centreShowing(cursor), shown != viewport?.centre { view.centre = shown }
        return moved + aimed
    }

    private static func text(_ millimetres: Double) -> String {
        let tenths = Int((abs(millimetres) * 10).rounded())
        return (millimetres < 0 && tenths > 0 ? "−" : "") + "\(tenths / 10).\(tenths % 10)"
    }
}

extension CommandArguments {
    /// A position in the patient as the screen shows it, or as DICOM has it: `R 38.0 P 16.0 I 125.0 mm`, `R38 P16 I125`,
    /// or `-38 16 -125 mm` with x to the left, y to the back and z to the head.
    func patientPoint() throws(CommandError) -> PatientPoint {
        var parts = words.map { $0.replacing("−", with: "-") }
        if parts.last == "mm" { parts.removeLast() }
        let signs: [Character: (axis: Int, sign: Double)] = [
            "L": (0, 1), "R": (0, -1), "P": (1, 1), "A": (1, -1), "S": (2, 1), "I": (2, -1),
        ]
        var found: [Double?] = [nil, nil, nil]
        var side: (axis: Int, sign: Double)?
        var count = 0
        for part in parts {
            var text = Substring(part)
            if side == nil, let first = text.first?.uppercased().first, let letter = signs[first] {
                side = letter
                text = text.dropFirst()
                if text.isEmpty { continue }
            }
            guard let value = Double(text), value.isFinite, abs(value) <= 1_000_000, count < 3 else { throw wrong }
            // Behind a letter there is no sign: both would say which side it is.
            if side != nil, value < 0 { throw wrong }
            let (axis, sign) = side ?? (count, 1)
            guard found[axis] == nil else { throw wrong }
            found[axis] = value * sign
            side = nil
            count += 1
        }
        guard side == nil, let x = found[0], let y = found[1], let z = found[2] else { throw wrong }
        return PatientPoint(x: x, y: y, z: z)
    }
}
