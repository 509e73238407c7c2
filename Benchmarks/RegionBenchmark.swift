import Editing
import Volumes

/// Tools that reach through the volume, on two lungs in 512 × 512 × 300 voxels of 0.7 × 0.7 × 1.25 mm. A dab must not
/// be felt; the others run beside the screen and only have to be waited for.
enum RegionBenchmark {
    static func run(_ table: inout ResultTable) throws {
        let pair = try LungPair()
        try dabs(pair, &table)
        let image = try image(of: pair.reference)
        for (name, operation) in operations {
            let task = RegionTask(
                operation: operation, scope: .volume, targets: [RegionTask.Target(mask: pair.reference)],
                image: PartialVolume(image))
            let times = try Timing.walls(3) { _ = try task.perform() }
            table.add("\(name), median", times.median, unit: "ms")
        }
        table.note("wall time, two lungs of \(Int(pair.reference.millilitres)) ml in 512 × 512 × 300 voxels")
    }

    private static let lung = VoxelIndex(x: 136, y: 256, z: 150)
    private static let operations: [(String, RegionOperation)] = [
        ("margin +5 mm", .margin(5)), ("margin −5 mm", .margin(-5)),
        ("smooth 2 mm, Gaussian, volume kept", .smooth(.gaussian, 2, keepingVolume: true)),
        ("smooth 2 mm, median", .smooth(.median, 2, keepingVolume: false)),
        ("remove islands", .removeIslands(millilitres: 1)), ("fill holes", .fillHoles()),
        ("grow a lung", .grow(from: lung, GrowSettings(range: -1000...(-500), radius: 200, millilitres: 5000))),
        (
            "grow a lung up to 500 ml",
            .grow(from: lung, GrowSettings(range: -1000...(-500), radius: 200, millilitres: 500))
        ),
    ]

    /// One touch of the ball, marking and clearing by turns, as a stroke does it: swept, made a patch.
    private static func dabs(_ pair: LungPair, _ table: inout ResultTable) throws {
        var mask = pair.test
        let brush = Brush(shape: .ball, radius: 10)
        var random = LinearCongruence(state: 7)
        var (sweeping, whole): ([Double], [Double]) = ([], [])
        for number in 0..<200 {
            let point = PlanePoint(x: Double(40 + random.next(below: 430)), y: Double(60 + random.next(below: 390)))
            let z = 20 + random.next(below: 260)
            let before = mask
            let sweep = Timing.wall { mask.sweep(brush, on: z, from: point, to: point, set: number % 2 == 0) }
            let patch = try Timing.wall { try MaskPatch(from: before, to: mask) }
            sweeping.append(sweep.milliseconds)
            whole.append(sweep.milliseconds + patch.milliseconds)
        }
        table.add("ball brush of 10 mm, median", Samples(sweeping).median, unit: "ms", target: .atMost(3))
        table.add("ball brush of 10 mm, p95", Samples(sweeping).percentile(95), unit: "ms", target: .atMost(3))
        table.add("ball brush with its patch, p95", Samples(whole).percentile(95), unit: "ms", target: .atMost(3))
    }

    /// Lung where the mask is, and soft tissue around.
    private static func image(of mask: Mask) throws -> Volume {
        let size = mask.geometry.size
        return try Volume(
            geometry: mask.geometry,
            slices: mask.slices.map { slice in
                var image = VolumeSlice(width: size.x, height: size.y, filledWith: 40)
                for y in 0..<size.y {
                    for x in 0..<size.x where slice[x, y] { image[x, y] = -800 }
                }
                return image
            })
    }
}
