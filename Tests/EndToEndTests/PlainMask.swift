import Testing

/// A mask as plain numbers, with the plainest algorithms: what the program's results are held against.
struct PlainMask: Equatable, CustomTestStringConvertible, CustomReflectable {
    let size: [Int]
    let spacing: [Double]
    var values: [Bool]

    init(_ image: PlainNifti) {
        size = image.size
        spacing = image.spacing
        values = image.values.map { $0 != 0 }
    }

    /// Short, or a failure would print every voxel.
    var testDescription: String { "a mask of \(count) voxels" }
    var customMirror: Mirror { Mirror(self, children: ["count": count]) }

    var count: Int { values.count { $0 } }

    func index(_ x: Int, _ y: Int, _ z: Int) -> Int { (z * size[1] + y) * size[0] + x }

    func slice(_ z: Int) -> ArraySlice<Bool> { values[z * size[0] * size[1]..<(z + 1) * size[0] * size[1]] }

    func combined(_ other: PlainMask, _ operation: (Bool, Bool) -> Bool) -> PlainMask {
        var result = self
        for i in values.indices { result.values[i] = operation(values[i], other.values[i]) }
        return result
    }

    /// This mask with one slice of another.
    func with(slice z: Int, of other: PlainMask) -> PlainMask {
        var result = self
        for i in slice(z).indices { result.values[i] = other.values[i] }
        return result
    }

    /// Every voxel within so many mm of one that is in, or with `isInside` off, of one that is not.
    func near(_ isInside: Bool, _ radius: Double) -> PlainMask {
        let reach = (0..<3).map { Int(radius / spacing[$0]) }
        var offsets: [(Int, Int, Int)] = []
        for dz in -reach[2]...reach[2] {
            for dy in -reach[1]...reach[1] {
                for dx in -reach[0]...reach[0] {
                    let (x, y, z) = (Double(dx) * spacing[0], Double(dy) * spacing[1], Double(dz) * spacing[2])
                    if (x * x + y * y + z * z).squareRoot() <= radius { offsets.append((dx, dy, dz)) }
                }
            }
        }
        var result = self
        result.values = Array(repeating: false, count: values.count)
        forEach { x, y, z in
            guard values[index(x, y, z)] == isInside else { return }
            for (dx, dy, dz) in offsets where contains(x + dx, y + dy, z + dz) {
                result.values[index(x + dx, y + dy, z + dz)] = true
            }
        }
        return result
    }

    /// Every voxel within so many mm of one.
    func ball(at centre: (Int, Int, Int), _ radius: Double) -> PlainMask {
        var result = self
        result.values = Array(repeating: false, count: values.count)
        result.values[index(centre.0, centre.1, centre.2)] = true
        return result.near(true, radius)
    }

    /// What paths along faces lead to from a voxel through those that `isOpen` allows.
    func flooded(from seed: (Int, Int, Int), _ isOpen: (Int) -> Bool) -> PlainMask {
        var result = self
        result.values = Array(repeating: false, count: values.count)
        result.values[index(seed.0, seed.1, seed.2)] = true
        var queue = [seed]
        while let (x, y, z) = queue.popLast() {
            for (dx, dy, dz) in [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)]
            where contains(x + dx, y + dy, z + dz) {
                let i = index(x + dx, y + dy, z + dz)
                guard !result.values[i], isOpen(i) else { continue }
                result.values[i] = true
                queue.append((x + dx, y + dy, z + dz))
            }
        }
        return result
    }

    /// What a voxel of a slice hangs together with on that slice, by faces and corners.
    func piece(on z: Int, from seed: (x: Int, y: Int)) -> PlainMask {
        var result = self
        result.values = Array(repeating: false, count: values.count)
        result.values[index(seed.x, seed.y, z)] = true
        var queue = [seed]
        while let (x, y) = queue.popLast() {
            for (nx, ny) in (-1...1).flatMap({ dy in (-1...1).map { (x + $0, y + dy) } }) where contains(nx, ny, z) {
                let i = index(nx, ny, z)
                guard values[i], !result.values[i] else { continue }
                result.values[i] = true
                queue.append((nx, ny))
            }
        }
        return result
    }

    /// The voxel of a slice that lies deepest in the mask.
    func deepest(on z: Int) -> (x: Int, y: Int)? {
        var best: (x: Int, y: Int, depth: Int)?
        for y in 0..<size[1] {
            for x in 0..<size[0] where values[index(x, y, z)] {
                var depth = 0
                while [(depth, 0), (-depth, 0), (0, depth), (0, -depth)].allSatisfy({
                    contains(x + $0.0, y + $0.1, z) && values[index(x + $0.0, y + $0.1, z)]
                }) { depth += 1 }
                if depth > best?.depth ?? 0 { best = (x, y, depth) }
            }
        }
        return best.map { ($0.x, $0.y) }
    }

    private func contains(_ x: Int, _ y: Int, _ z: Int) -> Bool {
        (0..<size[0]).contains(x) && (0..<size[1]).contains(y) && (0..<size[2]).contains(z)
    }

    private func forEach(_ body: (Int, Int, Int) -> Void) {
        for z in 0..<size[2] {
            for y in 0..<size[1] {
                for x in 0..<size[0] { body(x, y, z) }
            }
        }
    }
}
