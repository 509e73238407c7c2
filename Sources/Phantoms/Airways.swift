/// Trachea, main bronchi and the oesophagus behind them.
struct Airways: Sendable {
    let trachea: Shape
    let mainBronchi: Shape
    let esophagus: Shape
    private let tracheaLumen: Shape
    private let bronchiLumen: Shape
    private let esophagusLumen: Shape

    /// Where the main bronchi end and the bronchi of the lungs begin.
    static let rightBronchus = Point3(-41, 23, -29)
    static let leftBronchus = Point3(46, 26, -33)

    init(_ thorax: Thorax) {
        let windpipe = [Point3(0, -14, 150), Point3(1, -9, 110), Point3(2, 0, 70), Point3(2, 8, 35), Point3(0, 13, 2)]
        let right = [Point3(0, 13, 2), Point3(-18, 18, -12), Self.rightBronchus]
        let left = [Point3(0, 13, 2), Point3(20, 20, -16), Self.leftBronchus]
        func tube(_ points: [Point3], _ radii: [Double]) -> Shape { thorax.moved(.tube(points, radii)) }
        let bore = thorax.patient.isFemale ? 7.6 : 8.8
        func tubes(_ wall: Double) -> (Shape, Shape) {
            let pipe = tube(windpipe, windpipe.map { _ in bore + wall })
            let forks = Shape.union([
                tube(right, [bore - 1 + wall, bore - 2 + wall, bore - 3.2 + wall]),
                tube(left, [bore - 1 + wall, bore - 2.6 + wall, bore - 3.4 + wall]),
            ])
            return (pipe, forks)
        }
        (trachea, mainBronchi) = tubes(1.7)
        (tracheaLumen, bronchiLumen) = tubes(0)
        let heights = [150.0, 120, 90, 60, 30, 0, -30, -60, -90, -120, -145]
        let gullet = heights.map { z -> Point3 in
            // Beside the midline in the neck, then forward to the hiatus.
            let forward = max(-70 - z, 0)
            return Point3(
                4 + thorax.spineX(z) * 0.5 + 0.0025 * forward * forward,
                thorax.spineFront(z) - 8.5 - 0.0032 * forward * forward, z)
        }
        esophagus = tube(gullet, heights.map { $0 < -60 ? 7.6 : 6.4 })
        esophagusLumen = tube(gullet, heights.map { _ in 2.2 })
    }

    func paintEsophagus(into scene: inout Scene, random: inout PhantomRandom) {
        scene.add(esophagus, Tissue.mucosa, label: .set(.esophagus))
        if random.chance(0.6) {
            let top = random.between(-40, 60)
            let bubble = Shape.ellipsoid(Point3(4, 32, top), Point3(60, 60, random.between(8, 28)))
            scene.add(esophagusLumen.intersection(bubble), -820)
        }
    }

    func paintTrachea(into scene: inout Scene) {
        scene.add([mainBronchi, trachea], Tissue.airwayWall, label: .set(.trachea))
        scene.add([bronchiLumen, tracheaLumen], -992)
    }
}
