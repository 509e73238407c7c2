import ImageValues
import Volumes

/// The slices of a stack as its grid has them, resampled where that was asked for.
struct RepairedStack {
    var slices: [VolumeSlice]
    /// For each slice of the grid, the layer whose image it is, or `nil` for one made between two.
    var layers: [Int?]
    var warnings: [String] = []
    /// What was done: less than was asked for, where that was not needed.
    var repairs: Set<CTRepair> = []

    /// - Parameters:
    ///   - stack: what is to be repaired.
    ///   - decoded: one slice a layer.
    init(_ stack: SliceStack, _ decoded: [VolumeSlice]) throws(ImageFormatsError) {
        slices = decoded
        layers = Array(decoded.indices)
        if stack.repairs.contains(.tilt) { try straighten(stack) }
        if stack.repairs.contains(.gaps) { fill(stack) }
    }

    private mutating func straighten(_ stack: SliceStack) throws(ImageFormatsError) {
        guard let first = slices.first else { return }
        let whole: StackShear?
        do {
            let grid = stack.geometry
            // The shear is worked out from a grid of the images' own size.
            let plain = try GridGeometry(
                size: GridSize(x: first.width, y: first.height, z: grid.size.z), spacing: grid.spacing,
                origin: grid.origin, direction: grid.direction)
            whole = try StackShear(stack.sideways, on: plain)
        } catch {
            throw ImageFormatsError(.inconsistent, "The tilt cannot be corrected: \(error.description)")
        }
        guard let shear = whole else { return }
        let source = slices
        slices = parallelMap(count: source.count) { shear.shifted(source[$0], layer: $0) }
        let top = stack.sideways[stack.sideways.count - 1]
        let aside = (top.x * top.x + top.y * top.y).squareRoot()
        repairs.insert(.tilt)
        warnings.append(
            "Gantry tilt was corrected by shear: slices were shifted within their planes by up to "
                + "\(millimetres(aside)) mm; what was not scanned is air.")
    }

    private mutating func fill(_ stack: SliceStack) {
        let source = slices
        let count = stack.geometry.size.z
        let places = stack.places
        let chosen = places
        slices = parallelMap(count: count) { z in
            let (low, share) = chosen[z]
            guard share > 0 else { return source[low] }
            var mixed = source[low]
            for i in mixed.values.indices {
                let value = Double(source[low].values[i]) * (1 - share) + Double(source[low + 1].values[i]) * share
                mixed.values[i] = Int16(value.rounded(.toNearestOrEven))
            }
            return mixed
        }
        layers = places.map { $0.share > 0 ? nil : $0.low }
        let made = layers.count(where: { $0 == nil })
        repairs.insert(.gaps)
        warnings.append(
            "Slices were interpolated at \(made) of \(count) positions where none was scanned; contours there are drawn "
                + "on an estimate.")
    }
}
