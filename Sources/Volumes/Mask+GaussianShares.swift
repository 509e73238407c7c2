import Foundation
import Synchronization

/// A Gaussian along one axis of a grid, cut off at three standard deviations.
private struct GaussianKernel {
    /// Weights of the offsets −reach…reach.
    let weights: [Float]
    let reach: Int
    /// For each index of the axis one over the sum of the weights that lie on the grid.
    let norms: [Float]

    init(deviation: Double, step: Double, count: Int) {
        reach = min(Int(3 * deviation / step), count - 1)
        let sigma = deviation / step
        let exact = (-reach...reach).map { exp(-Double($0 * $0) / (2 * sigma * sigma)) }
        weights = exact.map { Float($0) }
        let half = reach
        norms = (0..<count).map { i in
            let sum = (max(-half, -i)...min(half, count - 1 - i)).reduce(0.0) { $0 + exact[$1 + half] }
            return Float(1 / sum)
        }
    }
}

extension Mask {
    /// The share of the mask around each voxel, weighted by a Gaussian in mm. Slices are blurred in their plane once
    /// and kept as long as a neighbour needs them, so memory is the result and a few slices.
    func gaussianShares(
        _ deviation: Double, around box: VoxelBox, in domain: MaskDomain, _ progress: WorkProgress
    ) -> ShareMap? {
        let (size, step) = (geometry.size, geometry.spacing)
        let kernels = (
            x: GaussianKernel(deviation: deviation, step: step.x, count: size.x),
            y: GaussianKernel(deviation: deviation, step: step.y, count: size.y),
            z: domain == .slice ? nil : GaussianKernel(deviation: deviation, step: step.z, count: size.z)
        )
        let reach = kernels.z?.reach ?? 0
        let grown = box.dilated(x: kernels.x.reach, y: kernels.y.reach, z: reach).intersection(size.bounds)
        let area = grown.x.count * grown.y.count
        let isCancelled = Atomic<Bool>(false)
        let done = Atomic<Int>(0)
        var values = [UInt16](repeating: 0, count: area * grown.z.count)
        values.withUnsafeMutableBufferPointer { out in
            inParallel(grown.z.count, atLeast: 2) { part in
                var ring: [Int: [Float]] = [:]
                var sum = [Float](repeating: 0, count: area)
                for i in part {
                    if isCancelled.load(ordering: .relaxed) { return }
                    let z = grown.z.lowerBound + i
                    let near = (z - reach..<z + reach + 1).clamped(to: box.z)
                    for old in ring.keys where !near.contains(old) { ring[old] = nil }
                    for k in sum.indices { sum[k] = 0 }
                    for other in near {
                        if ring[other] == nil { ring[other] = blurred(slices[other], grown, kernels.x, kernels.y) }
                        guard let plane = ring[other], !plane.isEmpty else { continue }
                        let weight =
                            kernels.z.map { $0.weights[other - z + reach] * $0.norms[z] } ?? 1
                        for k in sum.indices { sum[k] += weight * plane[k] }
                    }
                    let full = Float(ShareMap.full)
                    for k in sum.indices {
                        out[i * area + k] = UInt16(min(max(0, (sum[k] * full).rounded()), full))
                    }
                    let count = done.add(1, ordering: .relaxed).newValue
                    if !progress(Double(count) / Double(grown.z.count)) {
                        isCancelled.store(true, ordering: .relaxed)
                    }
                }
            }
        }
        return isCancelled.load(ordering: .relaxed) ? nil : ShareMap(box: grown, values: values)
    }

    /// A slice blurred in its plane, on the box's columns and rows; empty for an empty slice.
    private func blurred(
        _ slice: MaskSlice, _ box: VoxelBox, _ across: GaussianKernel, _ down: GaussianKernel
    ) -> [Float] {
        guard !slice.isEmpty else { return [] }
        let (width, height) = (box.x.count, box.y.count)
        var rows = [Float](repeating: 0, count: width * height)
        var isFilled = [Bool](repeating: false, count: height)
        let stride = slice.wordsPerRow
        var line = [Float](repeating: 0, count: width + 2 * across.reach)
        for (row, y) in box.y.enumerated() {
            guard (0..<stride).contains(where: { slice.words[y * stride + $0] != 0 }) else { continue }
            isFilled[row] = true
            for k in line.indices {
                let x = box.x.lowerBound + k - across.reach
                line[k] = x >= 0 && x < slice.width && slice[x, y] ? 1 : 0
            }
            for (tap, weight) in across.weights.enumerated() {
                for k in 0..<width { rows[row * width + k] += weight * line[k + tap] }
            }
            for k in 0..<width { rows[row * width + k] *= across.norms[box.x.lowerBound + k] }
        }
        var result = [Float](repeating: 0, count: width * height)
        for row in 0..<height {
            for (tap, weight) in down.weights.enumerated() {
                let from = row + tap - down.reach
                guard from >= 0, from < height, isFilled[from] else { continue }
                for k in 0..<width { result[row * width + k] += weight * rows[from * width + k] }
            }
            let norm = down.norms[box.y.lowerBound + row]
            for k in 0..<width { result[row * width + k] *= norm }
        }
        return result
    }
}
