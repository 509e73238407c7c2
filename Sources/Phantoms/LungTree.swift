/// Branching tubes that fill a lung, grown as Tawhai et al. do (2000, "Generation of an anatomically based
/// three-dimensional model of the conducting airways"): every branch runs towards the middle of the points it has
/// to serve and splits them in two.
struct LungTree {
    struct Branch {
        let start: Point3
        let end: Point3
        let startRadius: Double
        let endRadius: Double
    }

    private(set) var branches: [Branch] = []

    /// Grows from a root of a radius to all `targets`; the sum of the cubes of the radii stays the same at every
    /// fork (Murray's law).
    init(root: Point3, radius: Double, targets: [Point3], random: inout PhantomRandom) {
        var points = targets
        branches.reserveCapacity(2 * targets.count)
        grow(from: root, radius: radius, serving: &points, 0, points.count, &random)
    }

    private mutating func grow(
        from start: Point3, radius: Double, serving points: inout [Point3], _ low: Int, _ high: Int,
        _ random: inout PhantomRandom
    ) {
        let count = high - low
        guard count > 1 else {
            if count == 1 {
                branches.append(
                    Branch(start: start, end: points[low], startRadius: radius, endRadius: radius * 0.5))
            }
            return
        }
        var sum = Point3(0, 0, 0)
        var least = points[low]
        var most = points[low]
        var i = low
        while i < high {
            let p = points[i]
            sum = sum + p
            least = Point3(min(least.x, p.x), min(least.y, p.y), min(least.z, p.z))
            most = Point3(max(most.x, p.x), max(most.y, p.y), max(most.z, p.z))
            i += 1
        }
        let middle = sum * (1 / Double(count))
        let end = start + (middle - start) * random.between(0.34, 0.6)
        let spread = most - least
        let axis = spread.x > spread.y ? (spread.x > spread.z ? 0 : 2) : (spread.y > spread.z ? 1 : 2)
        let cut = Self.partition(
            &points, low, high, axis,
            at: Self.value(middle, axis) + Self.value(spread, axis) * random.between(-0.16, 0.16))
        branches.append(Branch(start: start, end: end, startRadius: radius, endRadius: radius * 0.94))
        for (from, to) in [(low, cut), (cut, high)] where to > from {
            let share = ExactMath.cubeRoot(Double(to - from) / Double(count))
            grow(from: end, radius: radius * share, serving: &points, from, to, &random)
        }
    }

    private static func value(_ p: Point3, _ axis: Int) -> Double { axis == 0 ? p.x : axis == 1 ? p.y : p.z }

    /// Puts the points below `limit` first and returns how far they reach; both parts get at least one.
    private static func partition(
        _ points: inout [Point3], _ low: Int, _ high: Int, _ axis: Int, at limit: Double
    ) -> Int {
        var cut = low
        var i = low
        while i < high {
            if value(points[i], axis) < limit {
                points.swapAt(i, cut)
                cut += 1
            }
            i += 1
        }
        return cut == low || cut == high ? (low + high) / 2 : cut
    }
}

extension Lungs {
    /// Points spread evenly over a lung, in random order.
    func scatter(_ side: Side, count: Int, margin: Double, random: inout PhantomRandom) -> [Point3] {
        let levels = 32
        var points: [Point3] = []
        let box = shape(side).box
        let (bottom, top) = (-180.0, 90.0)
        var level = 0
        while level < levels {
            let z = bottom + (top - bottom) * (Double(level) + 0.5) / Double(levels)
            level += 1
            guard let section = free(side, z: z) else { continue }
            // A lung fills about four tenths of its box.
            var tries = count * 5 / (2 * levels)
            while tries > 0 {
                tries -= 1
                let x = random.between(side == .right ? -145 : -5, side == .right ? 5 : 145)
                let y = random.between(max(box.low.y, -95), min(box.high.y, 105))
                let dz = random.between(-0.5, 0.5) * (top - bottom) / Double(levels)
                if section.at(x, y) < -margin { points.append(Point3(x, y, z + dz)) }
            }
        }
        points.shuffle(using: &random)
        return points
    }

    /// Arteries, veins and bronchi inside the lungs.
    func paintTrees(into scene: inout Scene, perfusion: Perfusion, random: inout PhantomRandom) {
        for side in Side.allCases {
            let isRight = side == .right
            let points = scatter(side, count: 2400, margin: 1.5, random: &random)
            let half = points.count * 11 / 20
            let arteries = LungTree(
                root: thorax.moved(isRight ? GreatVessels.rightHilum : GreatVessels.leftHilum), radius: 7.4,
                targets: Array(points[..<half]), random: &random)
            let veins = LungTree(
                root: thorax.moved(isRight ? GreatVessels.rightVeinRoot : GreatVessels.leftVeinRoot), radius: 6.4,
                targets: Array(points[half...]), random: &random)
            paint(arteries, perfusion.rightHeart, into: &scene)
            paint(veins, perfusion.leftHeart, into: &scene)
            let bronchi = LungTree(
                root: thorax.moved(isRight ? Airways.rightBronchus : Airways.leftBronchus), radius: 5.2,
                targets: scatter(side, count: 170, margin: 20, random: &random), random: &random)
            paintBronchi(bronchi, into: &scene)
        }
    }

    private func paint(_ tree: LungTree, _ hu: Double, into scene: inout Scene) {
        for branch in tree.branches {
            let shape = Shape.cone(branch.start, branch.end, branch.startRadius, branch.endRadius)
            scene.add(
                Element(shape: shape, hu: hu, thickness: branch.startRadius + branch.endRadius))
        }
    }

    private func paintBronchi(_ tree: LungTree, into scene: inout Scene) {
        for branch in tree.branches {
            let wall = 0.5 + 0.16 * branch.startRadius
            let outer = Shape.cone(
                branch.start, branch.end, branch.startRadius + wall, branch.endRadius + wall)
            scene.add(Element(shape: outer, hu: -420, thickness: 2 * (branch.startRadius + wall)))
        }
        for branch in tree.branches {
            let inner = Shape.cone(branch.start, branch.end, branch.startRadius, branch.endRadius)
            scene.add(Element(shape: inner, hu: -985, thickness: 2 * branch.startRadius))
        }
    }
}
