import Review
import SurfaceMetrics
import Volumes

extension StructureScore {
    /// The scores of a live comparison at its first tolerance.
    package init(_ live: LiveSurfaceDice, edit: Int) {
        self.init(edit: edit, surfaceDice: live.volumeScore().value, slices: live.sliceScores().map(\.value))
    }
}

extension BoundaryMarks {
    /// The mask's boundary on a slice that is out of tolerance, inside or outside of the reference.
    package init(_ live: LiveSurfaceDice, z: Int, edit: Int) {
        let boundary = live.boundary(z: z)
        var voxels = boundary.outside
        voxels.withMutableWords { words in
            for i in words.indices { words[i] |= boundary.inside.words[i] }
        }
        self.init(z: z, edit: edit, voxels: voxels)
    }
}

extension BoundaryVolume {
    /// The mask's boundary that is out of tolerance on every slice; `nil` if it was cancelled.
    package init?(_ live: LiveSurfaceDice, mask: Mask, edit: Int, isCancelled: () -> Bool) {
        var voxels = Mask(geometry: mask.geometry)
        for z in mask.slices.indices where !mask.slices[z].isEmpty {
            if isCancelled() { return nil }
            let marks = BoundaryMarks(live, z: z, edit: edit).voxels
            if !marks.isEmpty { voxels[slice: z] = marks }
        }
        self.init(edit: edit, voxels: voxels)
    }
}

extension StructureMeasures {
    /// What needs the whole masks; `nil` if it was cancelled. The added path length is Vaassen's strict one, at
    /// tolerance 0: contour of the mask that the reference lacks.
    package init?(
        reference: Mask, test: Mask, edit: Int, isCancelled: @Sendable () -> Bool = { false }
    ) throws(VolumesError) {
        guard
            let distances = try SurfaceMeasurement.distances(
                reference: reference, test: test, isCancelled: isCancelled),
            let path = try AddedPathLength.measure(reference: reference, test: test, tolerances: [0]).first
        else { return nil }
        let both = reference.count + test.count
        let shared = try reference.intersection(test).count
        self.init(
            edit: edit, volumetricDice: both == 0 ? nil : Double(2 * shared) / Double(both),
            hausdorff95: distances.hausdorff(percent: 95), addedPathLength: path.surplus.value)
    }
}
