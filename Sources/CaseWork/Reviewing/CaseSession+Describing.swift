import Dispatch
import Review
import SurfaceMetrics
import Volumes

extension CaseSession {
    /// Works out the statistics of a mask, away from everything that keys wait for.
    func describe(_ mask: Mask, id: Int) {
        withOpenCase { [post, work, isClosed] opened in
            let describing = work.begin("the statistics")
            DispatchQueue.global(qos: .userInitiated).async {
                defer { work.end(describing) }
                do {
                    let found = try StructureStatistics(of: mask, in: opened.loaded.volume) { isClosed.isCancelled }
                    if let found { post(.described(.done(id: id, found))) }
                } catch {
                    post(.described(.failed(id: id, WorkError(error).description)))
                }
            }
        }
    }
}

extension StructureStatistics {
    /// What a mask is, and what a CT is in it; `nil` if it was cancelled.
    /// - Throws: ``VolumesError/gridsDiffer(_:)`` unless both have one grid.
    package init?(of mask: Mask, in volume: Volume, isCancelled: () -> Bool = { false }) throws(VolumesError) {
        let histogram = try HounsfieldHistogram(of: volume, in: mask)
        let surface = try SurfaceMeasurement.measure(reference: mask, test: mask, tolerances: [], contents: .scores)
        let diameters = mask.diameters(isCancelled: isCancelled)
        if isCancelled() { return nil }
        self.init(
            millilitres: surface.reference.millilitres, squareMillimetres: surface.reference.area, histogram: histogram,
            diameters: diameters)
    }
}
