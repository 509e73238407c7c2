/// One slice of a CT: `width × height` HU, x fastest.
public struct VolumeSlice: Hashable, Sendable {
    /// Columns.
    public let width: Int
    /// Rows.
    public let height: Int
    /// HU, `width * height` of them, x fastest.
    public var values: [Int16]

    /// A slice from its values.
    /// - Throws: ``VolumesError/wrongLength(expected:found:)``.
    public init(width: Int, height: Int, values: [Int16]) throws(VolumesError) {
        guard values.count == width * height else {
            throw .wrongLength(expected: width * height, found: values.count)
        }
        self.width = width
        self.height = height
        self.values = values
    }

    /// A slice of one value.
    public init(width: Int, height: Int, filledWith value: HounsfieldUnit) {
        self.width = width
        self.height = height
        self.values = [Int16](repeating: value.value, count: width * height)
    }

    /// The HU at a column and row; both must be on the slice.
    public subscript(x: Int, y: Int) -> HounsfieldUnit {
        get { HounsfieldUnit(values[y * width + x]) }
        set { values[y * width + x] = newValue.value }
    }
}

/// A CT in HU on a grid, one copy-on-write buffer per slice.
public struct Volume: Hashable, Sendable {
    /// Where the voxels lie.
    public let geometry: GridGeometry
    /// The slices in order of z; `geometry.size.z` of them, each `size.x × size.y`.
    public private(set) var slices: [VolumeSlice]

    /// A volume from its slices.
    /// - Throws: ``VolumesError/wrongLength(expected:found:)`` if the number or the size of the slices is not the
    ///   grid's.
    public init(geometry: GridGeometry, slices: [VolumeSlice]) throws(VolumesError) {
        guard slices.count == geometry.size.z else {
            throw .wrongLength(expected: geometry.size.z, found: slices.count)
        }
        for slice in slices where slice.width != geometry.size.x || slice.height != geometry.size.y {
            throw .wrongLength(expected: geometry.size.x * geometry.size.y, found: slice.width * slice.height)
        }
        self.geometry = geometry
        self.slices = slices
    }

    /// A volume of one value.
    public init(geometry: GridGeometry, filledWith value: HounsfieldUnit) {
        self.geometry = geometry
        let slice = VolumeSlice(width: geometry.size.x, height: geometry.size.y, filledWith: value)
        self.slices = Array(repeating: slice, count: geometry.size.z)
    }

    /// A volume by the values of each slice, which must be as many as a slice of the grid has.
    init(geometry: GridGeometry, valuesOfSlice: (Int) -> [Int16]) {
        self.init(geometry: geometry, filledWith: .air)
        for z in slices.indices {
            let values = valuesOfSlice(z)
            precondition(values.count == geometry.size.x * geometry.size.y, "a slice keeps its size")
            slices[z].values = values
        }
    }

    /// The HU of a voxel, which must be on the grid.
    public subscript(index: VoxelIndex) -> HounsfieldUnit {
        get { slices[index.z][index.x, index.y] }
        set { slices[index.z][index.x, index.y] = newValue }
    }

    /// The least and greatest HU.
    public var range: ClosedRange<HounsfieldUnit> {
        var low = Int16.max
        var high = Int16.min
        for slice in slices {
            for value in slice.values {
                low = min(low, value)
                high = max(high, value)
            }
        }
        return HounsfieldUnit(low)...HounsfieldUnit(high)
    }
}

/// A CT that is still being read: its grid is known, its slices arrive in any order.
public struct PartialVolume: Sendable, Hashable {
    /// Where the voxels lie.
    public let geometry: GridGeometry
    /// The slices by z; `nil` where one has not arrived.
    public private(set) var slices: [VolumeSlice?]
    /// How many have arrived.
    public private(set) var loadedCount = 0

    /// A volume of which nothing has arrived.
    public init(geometry: GridGeometry) {
        self.geometry = geometry
        self.slices = Array(repeating: nil, count: geometry.size.z)
    }

    /// A volume of which everything has arrived.
    public init(_ volume: Volume) {
        self.geometry = volume.geometry
        self.slices = volume.slices
        self.loadedCount = volume.slices.count
    }

    /// Takes in a slice; a second one for the same z replaces the first.
    /// - Throws: ``VolumesError/wrongLength(expected:found:)`` if it has not the grid's size or `z` is off the grid.
    public mutating func insert(_ slice: VolumeSlice, at z: Int) throws(VolumesError) {
        guard slice.width == geometry.size.x, slice.height == geometry.size.y else {
            throw .wrongLength(expected: geometry.size.x * geometry.size.y, found: slice.width * slice.height)
        }
        guard slices.indices.contains(z) else { throw .wrongLength(expected: geometry.size.z, found: z + 1) }
        if slices[z] == nil { loadedCount += 1 }
        slices[z] = slice
    }

    /// Whether every slice has arrived.
    public var isComplete: Bool { loadedCount == geometry.size.z }

    /// The whole volume, once every slice has arrived.
    public var volume: Volume? {
        guard isComplete else { return nil }
        return try? Volume(geometry: geometry, slices: slices.compactMap { $0 })
    }
}
