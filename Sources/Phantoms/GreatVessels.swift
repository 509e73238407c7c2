/// Aorta with its branches, pulmonary trunk and arteries, the great veins and the pulmonary veins.
struct GreatVessels: Sendable {
    private let aorta: Shape
    private let aorticBranches: [Shape]
    private let pulmonary: [Shape]
    private let pulmonaryVeins: [Shape]
    private let veins: [Shape]

    /// Where the arteries enter the lungs.
    static let rightHilum = Point3(-54, 12, -34)
    static let leftHilum = Point3(57, 20, -34)
    /// Where the veins leave the lungs.
    static let rightVeinRoot = Point3(-46, 2, -50)
    static let leftVeinRoot = Point3(48, 4, -48)

    /// Every vessel that has fat around it.
    var all: [Shape] { [aorta] + aorticBranches + pulmonary + pulmonaryVeins + veins }

    init(_ thorax: Thorax) {
        func besideSpine(_ x: Double, _ back: Double, _ z: Double) -> Point3 {
            Point3(x + thorax.spineX(z), thorax.spineY(z) - back, z)
        }
        func tube(_ points: [Point3], _ radii: [Double]) -> Shape { thorax.moved(.tube(points, radii)) }
        func tube(_ points: [Point3], _ radius: Double) -> Shape { thorax.moved(.tube(points, radius)) }
        aorta = tube(
            [
                Point3(-3, -26, -46), Point3(-12, -26, -22), Point3(-14, -26, 4), Point3(-8, -18, 25),
                Point3(9, -2, 33), besideSpine(27, 24, 24), besideSpine(31, 9, 0), besideSpine(31, 7, -40),
                besideSpine(29, 9, -90), besideSpine(22, 19, -140), besideSpine(12, 25, -190),
                besideSpine(8, 25, -260),
            ], [16, 15.5, 15.5, 15, 14, 13.5, 12.5, 12, 12, 11.5, 11, 10.5])
        aorticBranches = [
            tube([Point3(-10, -15, 34), Point3(-20, -12, 60), Point3(-28, -8, 84), Point3(-30, -6, 150)], 5.5),
            tube([Point3(3, -6, 40), Point3(12, -6, 66), Point3(24, -6, 100), Point3(28, -4, 150)], 4),
            tube([Point3(16, 6, 38), Point3(22, 8, 66), Point3(36, 4, 84), Point3(80, -12, 82)], 4.8),
        ]
        pulmonary = [
            tube([Point3(16, -46, -44), Point3(20, -36, -22), Point3(18, -18, -10)], [15, 14, 13]),
            tube([Point3(20, -18, -10), Point3(38, 2, -4), Point3(52, 15, -14), Self.leftHilum], [11, 10.5, 9.5, 8]),
            tube(
                [Point3(16, -14, -12), Point3(-8, 1, -18), Point3(-36, 4, -20), Self.rightHilum], [11, 10, 9.5, 8]),
        ]
        pulmonaryVeins = [
            tube([Point3(-16, 4, -54), Self.rightVeinRoot], [8, 6]),
            tube([Point3(-14, 10, -62), Point3(-44, 24, -66)], [7, 5.5]),
            tube([Point3(24, 2, -48), Self.leftVeinRoot], [8, 6]),
            tube([Point3(24, 10, -58), Point3(48, 26, -64)], [7, 5.5]),
        ]
        veins = [
            tube([Point3(-24, -18, 48), Point3(-27, -13, 10), Point3(-28, -13, -40)], [8, 9.5, 10.5]),
            tube([Point3(54, -24, 84), Point3(28, -28, 62), Point3(-4, -33, 50), Point3(-23, -20, 44)], 6.2),
            tube([Point3(-56, -24, 84), Point3(-34, -20, 66), Point3(-24, -18, 46)], 6.2),
            tube([Point3(-24, -6, -88), Point3(-22, 12, -125), Point3(-22, 22, -170), Point3(-24, 24, -260)], 11.5),
            tube(
                [
                    Point3(-26, -4, 10), Point3(-22, 18, 15), besideSpine(-9, 19, 0), besideSpine(-6, 18, -60),
                    besideSpine(-5, 18, -180),
                ], 3.4),
        ]
    }

    func paint(into scene: inout Scene, perfusion: Perfusion) {
        scene.add(veins, perfusion.vein, label: .clear)
        scene.add(pulmonaryVeins, perfusion.leftHeart, label: .clear)
        scene.add(pulmonary, perfusion.rightHeart, label: .clear)
        scene.add([aorta] + aorticBranches, perfusion.aorta, label: .clear)
    }
}
