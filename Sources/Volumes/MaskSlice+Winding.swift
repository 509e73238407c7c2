extension MaskSlice {
    /// The voxels whose centres a closed polygon winds around more often clockwise than the other way (rows grow
    /// downwards), or the other way on request. For a polygon that crosses itself this leaves out the parts that are
    /// turned over, which the even-odd rule would keep.
    ///
    /// Centres on the outline count as in ``flip(inside:)``. What is off the slice is left out; a polygon with fewer
    /// than three points or a point that is not finite has no inside.
    /// - Complexity: O(perimeter · log of the crossings of a row).
    public init(width: Int, height: Int, woundBy polygon: [PlanePoint], clockwise: Bool = true) {
        self.init(width: width, height: height)
        guard polygon.count >= 3, polygon.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else { return }
        let top = polygon.reduce(polygon[0].y) { min($0, $1.y) }
        let bottom = polygon.reduce(polygon[0].y) { max($0, $1.y) }
        let firstRow = Int(min(max(0, top.rounded(.up)), Double(height)))
        let endRow = Int(max(min(Double(height), bottom.rounded(.up)), Double(firstRow)))
        var crossings = [[(column: Int, turn: Int)]](repeating: [], count: endRow - firstRow)
        var from = polygon[polygon.count - 1]
        for to in polygon {
            defer { from = to }
            // Clockwise walks go up on the left of what they enclose.
            let turn = (to.y < from.y) == clockwise ? 1 : -1
            let (upper, lower) = from.y <= to.y ? (from, to) : (to, from)
            let first = max(Double(firstRow), upper.y.rounded(.up))
            let end = min(Double(endRow), lower.y.rounded(.up))
            guard first < end else { continue }
            let slope = (lower.x - upper.x) / (lower.y - upper.y)
            for y in Int(first)..<Int(end) {
                let x = upper.x == lower.x ? upper.x : upper.x + (Double(y) - upper.y) * slope
                crossings[y - firstRow].append((Int(min(max(x.rounded(.up), 0), Double(width))), turn))
            }
        }
        for (row, events) in crossings.enumerated() {
            var winding = 0
            var start = 0
            for event in events.sorted(by: { $0.column < $1.column }) {
                if winding > 0, start < event.column { set(true, row: firstRow + row, columns: start..<event.column) }
                winding += event.turn
                start = event.column
            }
        }
    }
}
