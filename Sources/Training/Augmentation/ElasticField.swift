/// A smooth random displacement: control points on a coarse grid, cubic B-splines in between (Rueckert et al. 1999).
struct ElasticField {
    private let width: Int
    private let step: Int
    private let columns: Int
    private let rows: Int
    private var pointsX: [Float]
    private var pointsY: [Float]
    private var alongX: [Float]
    private var alongY: [Float]
    /// The displacement of the row last asked for, along x, mm.
    private(set) var rowX: [Float]
    /// The displacement of the row last asked for, along y, mm.
    private(set) var rowY: [Float]

    init(width: Int, height: Int, step: Int) {
        self.width = width
        self.step = step
        columns = (width - 1) / step + 4
        rows = (height - 1) / step + 4
        pointsX = [Float](repeating: 0, count: columns * rows)
        pointsY = pointsX
        alongX = [Float](repeating: 0, count: columns)
        alongY = alongX
        rowX = [Float](repeating: 0, count: width)
        rowY = rowX
    }

    /// Draws new control points of a deviation in mm.
    mutating func draw(deviation: Float, _ random: inout SeededRandom) {
        for i in pointsX.indices {
            pointsX[i] = Float(random.bell()) * deviation
            pointsY[i] = Float(random.bell()) * deviation
        }
    }

    /// Works out the displacements of a row.
    mutating func fill(row y: Int) {
        let down = Self.weights(Float(y % step) / Float(step))
        let first = y / step
        for column in 0..<columns {
            var (sumX, sumY): (Float, Float) = (0, 0)
            for k in 0..<4 {
                sumX += down[k] * pointsX[(first + k) * columns + column]
                sumY += down[k] * pointsY[(first + k) * columns + column]
            }
            alongX[column] = sumX
            alongY[column] = sumY
        }
        for x in 0..<width {
            let across = Self.weights(Float(x % step) / Float(step))
            let first = x / step
            rowX[x] =
                across[0] * alongX[first] + across[1] * alongX[first + 1] + across[2] * alongX[first + 2]
                + across[3] * alongX[first + 3]
            rowY[x] =
                across[0] * alongY[first] + across[1] * alongY[first + 1] + across[2] * alongY[first + 2]
                + across[3] * alongY[first + 3]
        }
    }

    /// The four cubic B-spline weights at a part of a step.
    private static func weights(_ t: Float) -> SIMD4<Float> {
        let s = 1 - t
        return SIMD4(
            s * s * s / 6, (3 * t * t * t - 6 * t * t + 4) / 6, (3 * s * s * s - 6 * s * s + 4) / 6, t * t * t / 6)
    }
}
