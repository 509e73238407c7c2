import Dispatch
import Synchronization
import Volumes

/// Makes procedural thorax CTs with the exact masks of their organs.
///
/// The patient is a list of solids given by signed distances, painted over one another plane by plane; the masks
/// come from the same solids, so they are exact where a human contour would be an opinion. Nothing depends on the
/// C maths library, the number of cores or the order in which slices are made: only on IEEE 754 additions,
/// products, quotients and square roots.
public enum ThoraxPhantom {
    /// The height of the scan in the standard thorax, mm: from below the lungs to above them.
    private static let scanned = (bottom: -206.0, top: 112.0)

    /// Makes a phantom.
    ///
    /// - Throws: ``VolumesError/invalidParameter(reason:)`` if the matrix or the number of slices is out of range.
    /// - Complexity: a few seconds for 512 × 512 × 100 on two cores, optimised; slices are made side by side.
    public static func generate(_ specification: PhantomSpecification) throws(VolumesError) -> Phantom {
        let patient = PatientVariation(specification)
        let geometry = try grid(specification, patient)
        let scene = scene(specification, patient)
        let painter = SlicePainter(
            scene: scene, geometry: geometry, site: specification.site, patient: patient,
            noiseSeed: PhantomRandom(seed: specification.patientSeed, stream: "noise"))
        let count = geometry.size.z
        let made = Mutex([PaintedSlice?](repeating: nil, count: count))
        DispatchQueue.concurrentPerform(iterations: count) { z in
            let slice = painter.paint(slice: z)
            made.withLock { $0[z] = slice }
        }
        let slices = made.withLock { $0.compactMap { $0 } }
        let volume = try Volume(geometry: geometry, slices: slices.map(\.image))
        var masks: [String: Mask] = [:]
        for (index, structure) in PhantomStructure.allCases.enumerated() {
            let mask = try Mask(geometry: geometry, slices: slices.map { $0.masks[index] })
            masks[structure.rawValue] = LargestPiece.of(mask)
        }
        return Phantom(volume: volume, masks: masks, description: describe(specification, patient))
    }

    /// The grid the site scans the patient on.
    static func grid(
        _ spec: PhantomSpecification, _ patient: PatientVariation
    ) throws(VolumesError) -> GridGeometry {
        let matrix = spec.matrix ?? spec.site.matrix
        guard (16...2048).contains(matrix) else {
            throw .invalidParameter(reason: "a phantom's matrix is \(matrix); it must be 16…2048")
        }
        var random = PhantomRandom(seed: spec.patientSeed, stream: "grid")
        let bottom = scanned.bottom * patient.scale.z - random.between(0, 12)
        let top = scanned.top * patient.scale.z + random.between(0, 10)
        let count = spec.slices ?? Int(((top - bottom) / spec.site.sliceSpacing.value).rounded(.up))
        guard (4...2000).contains(count) else {
            throw .invalidParameter(reason: "a phantom's number of slices is \(count); it must be 4…2000")
        }
        // Few slices are further apart; spacings are kept to what a DICOM header shows.
        let step =
            spec.slices == nil
            ? spec.site.sliceSpacing.value : ((top - bottom) / Double(count) * 1000).rounded() / 1000
        let pixel = spec.site.fieldOfView.value / Double(matrix)
        let corner = -pixel * Double(matrix - 1) / 2
        return try GridGeometry(
            size: GridSize(x: matrix, y: matrix, z: count), spacing: Spacing(x: pixel, y: pixel, z: step),
            origin: PatientPoint(x: corner, y: corner, z: (bottom + step / 2).rounded(.down)))
    }

    /// Everything to be painted, in order.
    static func scene(_ spec: PhantomSpecification, _ patient: PatientVariation) -> Scene {
        let seed = { (stream: String) in PhantomRandom(seed: spec.patientSeed, stream: stream) }
        let perfusion = Perfusion(patient.contrast)
        let thorax = Thorax(patient)
        let mediastinum = Mediastinum(thorax)
        let lungs = Lungs(thorax: thorax, mediastinum: mediastinum)
        let lesions = Lesions(lungs: lungs)
        var scene = Scene()
        let back = (133 + patient.fat) * patient.scale.y + patient.shift.y
        Couch(isFlat: spec.site.hasFlatCouch, back: back).paint(into: &scene)
        var random = seed("wall")
        BodyWall(thorax: thorax).paint(into: &scene, random: &random)
        random = seed("ribs")
        RibCage(thorax: thorax).paint(into: &scene, random: &random)
        lungs.paintParenchyma(into: &scene)
        random = seed("fissures")
        lungs.paintFissures(into: &scene, random: &random)
        lesions.paintUnderTrees(into: &scene, seed: seed)
        random = seed("trees")
        lungs.paintTrees(into: &scene, perfusion: perfusion, random: &random)
        lesions.paintOverTrees(into: &scene, seed: seed)
        random = seed("abdomen")
        Abdomen(thorax: thorax).paint(into: &scene, perfusion: perfusion, random: &random)
        random = seed("spine")
        Spine(thorax: thorax).paint(into: &scene, random: &random)
        random = seed("mediastinum")
        mediastinum.paint(into: &scene, perfusion: perfusion, random: &random)
        return scene
    }

    private static func describe(_ spec: PhantomSpecification, _ patient: PatientVariation) -> PhantomDescription {
        PhantomDescription(
            site: spec.site.name, patient: spec.patient, pathologies: patient.pathologies,
            isFemale: patient.isFemale, hasArmsUp: patient.hasArmsUp, hasContrast: patient.contrast != .none,
            scale: Spacing(x: patient.scale.x, y: patient.scale.y, z: patient.scale.z), rotation: patient.rotation)
    }
}
