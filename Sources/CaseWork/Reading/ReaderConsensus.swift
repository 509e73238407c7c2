import Cases
import Consensus
import Dicom
import Dispatch
import Foundation
import Synchronization
import Volumes

/// What several readers of one image drew, brought together, and how far they agree.
package struct ReaderConsensus {
    /// How readings are brought together.
    package enum Method: String, CaseIterable, Sendable {
        /// As STAPLE estimates it.
        case staple
        /// What more than half of the readers have in.
        case majority
    }

    /// One structure.
    package struct Row: Sendable {
        /// Its name.
        package let name: StructureName
        /// Which readers have read it, as indices into the readers of all.
        package let readers: [Int]
        /// Their volumes, ml, in the same order.
        package let millilitres: [Double]
        /// What they come to.
        package let mask: Mask
        /// STAPLE's estimates, in the order of ``readers``; `nil` for a majority.
        package let staple: Staple?
        /// Voxels that exactly half of the readers have; `nil` for STAPLE.
        package let ties: Int?
        /// How far each reader agrees with each other, in the order of ``readers``, and behind them with what they come to.
        package let agreement: AgreementMatrix
    }

    /// How it was made.
    package let method: Method
    /// What the readers are called.
    package let readers: [String]
    /// In the structures' usual order.
    package let rows: [Row]
    private let geometry: GridGeometry
    private let loaded: LoadedCase?

    /// Brings readings together.
    /// - Parameters:
    ///   - tolerance: the tolerance of surface Dice of each structure.
    ///   - notes: takes in ties, and what STAPLE could not settle.
    /// - Throws: ``WorkError`` if no structure was read twice.
    package init(
        of reading: ReaderMasks, by method: Method, tolerance: @Sendable (StructureName) -> Millimetres,
        notes: inout Notes
    ) throws {
        guard !reading.structures.isEmpty else { throw WorkError("No structure was read by two readers.") }
        (self.method, readers, geometry, loaded) = (method, reading.readers, reading.geometry, reading.loaded)
        let structures = reading.structures
        let dimensions = reading.dimensions
        let found = Mutex<[Int: Result<Row, VolumesError>]>([:])
        DispatchQueue.concurrentPerform(iterations: structures.count) { index in
            let structure = structures[index]
            let row = Result { () throws(VolumesError) -> Row in
                try Row(structure, by: method, tolerance: tolerance(structure.name), dimensions: dimensions)
            }
            found.withLock { $0[index] = row }
        }
        rows = try found.withLock { $0 }.sorted { $0.key < $1.key }.map { try $0.value.get() }
        for row in rows {
            if let ties = row.ties, ties > 0 {
                notes.add(
                    "\(row.name): half of the readers have \(Plural.count(ties, "voxel")), which \(Plural.word(ties, "is", "are")) left out."
                )
            }
            if row.staple?.hasConverged == false {
                notes.add("\(row.name): STAPLE has not settled after \(row.staple?.iterations ?? 0) iterations.")
            }
            if row.mask.isEmpty { notes.add("\(row.name) is empty.") }
        }
    }

    /// Writes the masks as `export` does, into a folder or to a file of the form's suffix.
    /// - Parameters:
    ///   - output: the file; for a form of one file otherwise a folder, in which it is called `consensus`.
    ///   - conventions: the colours of structures, for the forms that state them.
    /// - Returns: the files that were written.
    package func write(as format: ExportFormat, to output: String, by conventions: StructureConventions) throws -> [URL]
    {
        let suffix: String? =
            switch format {
            case .rtstruct, .seg: ".dcm"
            case .slicer: ".seg.nrrd"
            case .nifti, .nrrd: nil
            }
        // Before a folder is made for what cannot be written.
        if [.rtstruct, .seg].contains(format) { _ = try StructureFiles.reference(of: loaded, "A DICOM object") }
        var path = output
        if let suffix, !output.hasSuffix(suffix) {
            let folder = URL(fileURLWithPath: output)
            do {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            } catch {
                throw WorkError("\(output) cannot be made.", .failed)
            }
            path = folder.appendingPathComponent("consensus\(suffix)").path
        }
        let masks = Dictionary(rows.map { ($0.name, $0.mask) }, uniquingKeysWith: { first, _ in first })
        return try StructureFiles.write(
            masks, geometry: geometry, of: loaded, as: format, to: path,
            ExportDetails(method: DrawingMethod(.automatic, name: "consensus-\(method.rawValue)")), by: conventions)
    }
}

extension ReaderConsensus.Row {
    fileprivate init(
        _ structure: ReaderMasks.Structure, by method: ReaderConsensus.Method, tolerance: Millimetres, dimensions: Int
    ) throws(VolumesError) {
        name = structure.name
        readers = structure.readers
        millilitres = structure.masks.map(\.millilitres)
        switch method {
        case .staple:
            let estimate = try Staple(structure.masks)
            (mask, staple, ties) = (estimate.mask, estimate, nil)
        case .majority:
            let vote = try MajorityVote(structure.masks)
            (mask, staple, ties) = (vote.mask, nil, vote.ties)
        }
        agreement = try AgreementMatrix(structure.masks + [mask], tolerance: tolerance, isPlanar: dimensions == 2)
    }
}
