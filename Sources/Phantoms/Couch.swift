/// The couch under the patient, in the scanner's axes: it does not turn or grow with the patient.
struct Couch {
    let isFlat: Bool
    /// The y of the patient's back, mm.
    let back: Double

    func paint(into scene: inout Scene) {
        let top = back + (isFlat ? 1 : 9)
        if isFlat {
            add(slab(top, 34, halfWidth: 262), -120, to: &scene)
            add(slab(top + 2, 30, halfWidth: 259), -935, to: &scene)
        } else {
            // A thin mattress in a shell.
            add(trough(top - 7, 6, halfWidth: 205), -890, to: &scene)
            add(trough(top, 22, halfWidth: 212), -60, to: &scene)
            add(trough(top + 1.8, 18.4, halfWidth: 209), -950, to: &scene)
        }
    }

    private func add(_ shape: Shape, _ hu: Double, to scene: inout Scene) {
        scene.add(Element(shape: shape, hu: hu, frame: .couch))
    }

    private func slab(_ top: Double, _ thickness: Double, halfWidth: Double) -> Shape {
        let box = Box3(low: Point3(-halfWidth, top, -1e4), high: Point3(halfWidth, top + thickness, 1e4))
        return Shape(box: box) { _ in Section { x, y in max(abs(x) - halfWidth, max(top - y, y - top - thickness)) } }
    }

    /// A part of a wide ring whose lowest point has its inside at `top`.
    private func trough(_ top: Double, _ thickness: Double, halfWidth: Double) -> Shape {
        let radius = 420.0
        let centre = top - radius
        let box = Box3(low: Point3(-halfWidth, top - 90, -1e4), high: Point3(halfWidth, top + thickness, 1e4))
        return Shape(box: box) { _ in
            Section { x, y in
                let dy = y - centre
                let r = (x * x + dy * dy).squareRoot()
                return max(abs(x) - halfWidth, max(radius - r, r - radius - thickness))
            }
        }
    }
}
