import Phantoms
import Volumes

/// Small phantoms that several tests look at; each is made once.
enum Samples {
    static let healthy = make([])
    static let patients = (2...3).map { make(nil, patient: $0) }

    static func specification(
        _ pathologies: Set<Pathology>?, patient: Int = 1, seed: UInt64 = 11, site: PhantomSite = .siteA
    ) -> PhantomSpecification {
        PhantomSpecification(
            seed: seed, patient: patient, site: site, matrix: 72, slices: 32, pathologies: pathologies)
    }

    static func make(_ pathologies: Set<Pathology>?, patient: Int = 1) -> Result<Phantom, VolumesError> {
        Result { () throws(VolumesError) in try ThoraxPhantom.generate(specification(pathologies, patient: patient)) }
    }
}

extension Phantom {
    /// FNV-1a over all HU.
    var imageDigest: UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for slice in volume.slices {
            slice.values.withUnsafeBufferPointer { values in
                var i = 0
                while i < values.count {
                    hash = (hash ^ UInt64(UInt16(bitPattern: values[i]))) &* 0x0000_0100_0000_01b3
                    i += 1
                }
            }
        }
        return hash
    }

    /// FNV-1a over the digests of all slices of all masks.
    var maskDigest: UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for structure in PhantomStructure.allCases {
            for slice in self[structure].slices { hash = (hash ^ slice.digest) &* 0x0000_0100_0000_01b3 }
        }
        return hash
    }

    /// The HU under a mask.
    func values(in mask: Mask) -> [Double] { mask.indices.map { Double(volume[$0].value) } }
}

extension Mask {
    /// The voxels of the mask in voxel order.
    var indices: [VoxelIndex] {
        var result: [VoxelIndex] = []
        for (z, slice) in slices.enumerated() where !slice.isEmpty {
            for y in 0..<slice.height {
                for w in 0..<slice.wordsPerRow {
                    var word = slice.words[y * slice.wordsPerRow + w]
                    while word != 0 {
                        result.append(VoxelIndex(x: w * 64 + word.trailingZeroBitCount, y: y, z: z))
                        word &= word - 1
                    }
                }
            }
        }
        return result
    }

    /// The mean position of the voxels.
    var centroid: PatientPoint {
        var sum = PatientVector(x: 0, y: 0, z: 0)
        let all = indices
        for index in all { sum = sum + (geometry.point(at: index) - PatientPoint(x: 0, y: 0, z: 0)) }
        return PatientPoint(x: 0, y: 0, z: 0) + sum * (1 / Double(all.count))
    }

    /// The sizes of the pieces that hang together through voxel faces, largest first: a plain flood fill.
    var pieceSizes: [Int] {
        var left = Set(indices)
        var sizes: [Int] = []
        while let first = left.popFirst() {
            var queue = [first]
            var size = 0
            while let index = queue.popLast() {
                size += 1
                for (dx, dy, dz) in [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)] {
                    let next = VoxelIndex(x: index.x + dx, y: index.y + dy, z: index.z + dz)
                    if left.remove(next) != nil { queue.append(next) }
                }
            }
            sizes.append(size)
        }
        return sizes.sorted(by: >)
    }
}

func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
