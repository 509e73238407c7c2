import Anatomy
import Cases
import Volumes

/// Lungs of a network and of ``BaselineSegmenter``, put together: where the air of a lung ends, the threshold knows to
/// the voxel; what is dense and yet lung, or air and yet none, the network knows.
///
/// The result is the threshold's masks, changed where the network and anatomy agree against it:
/// - Air that the network leaves out goes if a small piece of it lies far from the network's lungs, or any piece is as
///   thin as gas: trachea, stomach and bowel, room air. Recesses, which networks miss, are neither.
/// - Dense parts that only the network takes are added where they are thick: tumour, consolidation, fluid. Thin ones are
///   the network's border, which is not as exact as the threshold's, and bone is never lung.
/// - Of a thick piece that the two give to different sides the network says which; of a thin one the threshold.
///
/// What both leave out stays out; no voxel is taken from another structure of the network.
struct ThresholdCombination {
    /// The numbers of the rules, chosen by cross-validation on real CT (docs/models.md).
    enum Limits {
        /// Air from here on is not part of the network's lung, though its border may be.
        static let besideLung: Millimetres = 4
        /// A small piece of air that reaches further from the network's lungs is none, whatever its density.
        static let farFromLung: Millimetres = 20
        /// Small is below this share of the network's lungs, or below this volume where a scan shows little lung, ml; it is
        /// more likely that a network overlooks a larger piece than that it is something else.
        static let smallPiece = 0.05
        static let smallVolume = 50.0
        /// Gas is below this, lung above, also an emphysematous one; the median of a piece decides, of what the threshold
        /// takes and of what only the network takes.
        static let gas: HounsfieldUnit = -930
        /// Dense parts as thick as twice this are added.
        static let denseRadius: Millimetres = 3
        /// Smaller dense parts are not added, ml: up to this the threshold's closing reaches by itself, and what only
        /// the network takes is more often border, vessel or diaphragm than disease.
        static let smallestDensePart = 1.5
        /// Of a piece that the two give to different sides the network decides if it is as thick as twice this;
        /// thinner ones are the line along which lungs touch.
        static let sideRadius: Millimetres = 3
        /// Bone is above this, HU.
        static let bone: HounsfieldUnit = 200
        /// A dense part of which this share is bone is a rib.
        static let boneShare = 0.3
        /// Where the two differ by more than twice this in a slice, the record says so.
        static let disagreement: Millimetres = 2
        /// Slices with so much of that, mm², are named in the record.
        static let notedArea = 100.0
        /// Slices with so much are named to whoever looks at the masks.
        static let toldArea = 500.0
    }

    /// The masks, one a structure, in the order they were given in.
    let masks: [Mask]
    /// Where the network and the threshold differ by more than a border, on the volume's grid.
    let disagreement: Mask
    /// What was decided, for the record.
    let notes: [String]
    /// What whoever looks at the masks has to know.
    let warnings: [String]

    /// Puts them together.
    /// - Parameters:
    ///   - network: one mask a structure, on the volume's grid, none of whose lungs overlap.
    ///   - names: the structures, in the masks' order; both lungs are among them.
    ///   - threshold: what ``BaselineSegmenter`` proposes for the same volume.
    /// - Throws: ``Volumes/VolumesError/gridsDiffer(_:)``.
    init(
        of volume: Volume, network: [Mask], names: [StructureName], threshold: [StructureName: Mask],
        parameters: BaselineParameters = BaselineParameters()
    ) throws(VolumesError) {
        let lungs = StructureCatalogue.current.lungs
        guard let left = names.firstIndex(of: lungs.left), let right = names.firstIndex(of: lungs.right),
            let plainLeft = threshold[lungs.left], let plainRight = threshold[lungs.right]
        else {
            (masks, disagreement) = (network, Mask(geometry: volume.geometry))
            (notes, warnings) = ([], [])
            return
        }
        let taken = try network[left].union(network[right])
        guard !taken.isEmpty else {
            let found = try plainLeft.union(plainRight).millilitres
            notes = found < 1 ? [] : ["the network found no lung; the threshold's \(Self.text(found)) ml are left out"]
            warnings =
                found < 1
                ? []
                : ["The network found no lung where the threshold finds \(Self.text(found)) ml; they are left out."]
            (masks, disagreement) = (network, try plainLeft.union(plainRight))
            return
        }
        var others = Mask(geometry: volume.geometry)
        for (i, mask) in network.enumerated() where i != left && i != right { others = try others.union(mask) }
        let plain = try plainLeft.union(plainRight).subtracting(others)

        let dropped = try Self.gas(in: plain, beside: taken, of: volume, parameters)
        let dense = try Self.denseParts(of: taken.subtracting(plain), in: volume)
        let result = try plain.subtracting(dropped).union(dense)
        var masks = network
        let toRight = try Self.thickPieces(of: plainLeft.intersection(network[right]))
        let toLeft = try Self.thickPieces(of: plainRight.intersection(network[left]))
        let isLeft = try plainLeft.subtracting(toRight).union(toLeft).union(network[left].subtracting(plain))
        masks[left] = try result.intersection(isLeft)
        masks[right] = try result.subtracting(isLeft)
        self.masks = masks

        disagreement = try plain.symmetricDifference(taken).opened(by: Limits.disagreement, in: .slice)
        notes =
            ["lungs put together with \(ModelName.baseline): its border, the network's dense parts"]
            + Self.note(dropped, "of the threshold's lungs left out as gas or air outside the lungs")
            + Self.note(dense, "of dense lung added by the network")
            + Self.told(Self.slices(of: disagreement, from: Limits.notedArea)) {
                "the network and the threshold differ by 1 cm² or more on \($0)"
            }
        let large = Self.slices(of: disagreement, from: Limits.toldArea)
        warnings = Self.told(large) {
            "On \($0) the network and the threshold differ by 5 cm² of lung or more: look at "
                + "\(Plural.word(large.count, "it", "them")) first."
        }
    }

    /// What the threshold takes for lung and is none: pieces of air that the network leaves out, by distance and
    /// density, and the dense voxels that were closed around them.
    private static func gas(
        in plain: Mask, beside taken: Mask, of volume: Volume, _ parameters: BaselineParameters
    ) throws(VolumesError) -> Mask {
        let isAir = HounsfieldUnit(.min)...HounsfieldUnit(parameters.airThreshold.value - 1)
        let open = try volume.mask(of: isAir, within: plain.subtracting(taken))
        let pieces = open.connectedComponents(.faces6)
        let beyond = try pieces.voxelCounts(of: open.subtracting(taken.dilated(by: Limits.besideLung)))
        guard beyond.contains(where: { $0 > 0 }) else { return Mask(geometry: plain.geometry) }
        let far = try pieces.voxelCounts(of: open.subtracting(taken.dilated(by: Limits.farFromLung)))
        let medians = medians(of: pieces, in: open, volume)
        let small = max(Limits.smallPiece * taken.millilitres, Limits.smallVolume)
        let isGas = pieces.components.indices.map { place in
            guard beyond[place] > 0 else { return false }
            let isSmall = pieces.millilitres(of: place) < small
            return isSmall && far[place] > 0 || medians[place] < Limits.gas
        }
        guard isGas.contains(true) else { return Mask(geometry: plain.geometry) }
        let gas = pieces.mask { isGas[$0] }
        let lung = try taken.union(open.subtracting(gas))
        // The closing's radius in voxels is the most that was filled from either side.
        let rounds = Int(parameters.closingRadius.value / volume.geometry.spacing.x) + 1
        return try plain.union(taken).territories(of: gas, lung, rounds: rounds).first.subtracting(taken)
    }

    /// The middle CT number of each piece, in one pass: noise makes thousands of them.
    private static func medians(
        of pieces: ConnectedComponents, in mask: Mask, _ volume: Volume
    ) -> [HounsfieldUnit] {
        let width = mask.geometry.size.x
        var values = [[Int16]](repeating: [], count: pieces.count)
        for (z, slice) in mask.slices.enumerated() where !slice.isEmpty {
            for y in 0..<slice.height {
                for x in 0..<width where slice[x, y] {
                    guard let piece = pieces.component(at: VoxelIndex(x: x, y: y, z: z)) else { continue }
                    values[piece].append(volume.slices[z].values[y * width + x])
                }
            }
        }
        return values.map { HounsfieldUnit($0.isEmpty ? 0 : $0.sorted()[$0.count / 2]) }
    }

    /// The pieces that are somewhere as thick as twice ``Limits/sideRadius``, whole.
    private static func thickPieces(of mask: Mask) throws(VolumesError) -> Mask {
        let thick = try mask.opened(by: Limits.sideRadius)
        guard !thick.isEmpty else { return thick }
        let pieces = mask.connectedComponents(.faces6)
        let counts = try pieces.voxelCounts(of: thick)
        return pieces.mask { counts[$0] > 0 }
    }

    /// The thick parts of what only the network takes, without ribs and without gas: bronchi and bowel, which the
    /// threshold knows to leave out.
    private static func denseParts(of surplus: Mask, in volume: Volume) throws(VolumesError) -> Mask {
        let parts = try surplus.opened(by: Limits.denseRadius).connectedComponents(.faces6)
        let bone = try parts.voxelCounts(
            of: volume.mask(of: Limits.bone...HounsfieldUnit(.max), within: parts.mask { _ in true }))
        let medians = medians(of: parts, in: parts.mask { _ in true }, volume)
        return parts.mask { place in
            parts.millilitres(of: place) >= Limits.smallestDensePart && medians[place] >= Limits.gas
                && Double(bone[place]) < Limits.boneShare * Double(parts.components[place].voxelCount)
        }
    }

    private static func note(_ mask: Mask, _ what: String) -> [String] {
        mask.isEmpty ? [] : ["\(text(mask.millilitres)) ml \(what)"]
    }

    /// The slices, from 0, where at least an area in mm² is in question.
    private static func slices(of mask: Mask, from area: Double) -> [Int] {
        let square = mask.geometry.spacing.x * mask.geometry.spacing.y
        return mask.slices.indices.filter { Double(mask.slices[$0].count) * square >= area }
    }

    /// A sentence about slices, all of them by number; none about none.
    private static func told(_ slices: [Int], _ sentence: (String) -> String) -> [String] {
        slices.isEmpty ? [] : [sentence(Plural.slices(slices, most: slices.count))]
    }

    private static func text(_ millilitres: Double) -> String {
        "\((millilitres * 10).rounded() / 10)"
    }
}
