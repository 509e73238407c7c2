/// The heart: four chambers round their grooves of fat, two thirds of it left of the midline.
struct Heart: Sendable {
    /// The pericardium; all of it is the structure `Heart`.
    let outline: Shape
    private let muscle: Shape
    private let chambers: [(shape: Shape, isLeft: Bool)]

    init(_ thorax: Thorax) {
        let size = 1.09 * thorax.patient.heart
        let base = Point3(10, -22, -48)
        let forward = Point3(6, -7, 0)
        // The heart follows the diaphragm in part.
        let drop = Point3(0, 0, (thorax.patient.breath.right + thorax.patient.breath.left) * 0.3)
        func part(_ centre: Point3, _ radii: Point3, yaw: Double = 0, pitch: Double = 0, wall: Double = 0) -> Shape {
            let place = base + forward + (centre - base) * size + drop * ((base.z - centre.z) / 40)
            return thorax.moved(
                .ellipsoid(place, radii * size - Point3(wall, wall, wall), yaw: yaw, pitch: pitch))
        }
        let leftVentricle = { part(Point3(37, -27, -82), Point3(48, 33, 36), yaw: -36, pitch: 10, wall: $0) }
        let rightVentricle = { part(Point3(4, -49, -80), Point3(43, 25, 38), yaw: -8, wall: $0) }
        let rightAtrium = { part(Point3(-30, -20, -70), Point3(23, 29, 37), yaw: 10, wall: $0) }
        let leftAtrium = { part(Point3(2, 1, -54), Point3(36, 21, 25), wall: $0) }
        let root = { part(Point3(-3, -25, -48), Point3(18, 18, 18), wall: $0) }
        let outflow = { part(Point3(15, -46, -48), Point3(19, 17, 20), yaw: -20, wall: $0) }
        let parts = [leftVentricle, rightVentricle, rightAtrium, leftAtrium, root, outflow]
        let limits = thorax.cageShape.inflated(by: -2.5).subtracting(thorax.diaphragm.below(depth: -2.5))
        outline = Shape.smoothUnion(parts.map { $0(0) }, blend: 20).inflated(by: 1).intersection(limits)
        muscle = Shape.union(parts.map { $0(1.5) }).intersection(limits.inflated(by: -3))
        let septum = leftVentricle(0)
        chambers = [
            (rightVentricle(5).subtracting(septum).intersection(limits.inflated(by: -5)), false),
            (leftVentricle(12).intersection(limits.inflated(by: -11)), true),
            (rightAtrium(4), false),
            (leftAtrium(4), true),
            (root(3.5), true),
            (outflow(4), false),
        ]
    }

    func paint(into scene: inout Scene, perfusion: Perfusion) {
        scene.add(outline, Tissue.mediastinalFat, label: .set(.heart))
        scene.add(muscle, perfusion.myocardium)
        for (shape, isLeft) in chambers {
            scene.add(shape, isLeft ? perfusion.leftHeart : perfusion.rightHeart)
        }
    }
}
