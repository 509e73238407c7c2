import Phantoms
import Testing
import Volumes

@Suite struct AnatomyTests {
    private func all() throws -> [Phantom] { try [Samples.healthy.get()] + Samples.patients.map { try $0.get() } }

    @Test func everyStructureIsThereInOnePiece() throws {
        for phantom in try all() {
            #expect(Set(phantom.masks.keys) == Set(PhantomStructure.allCases.map(\.rawValue)))
            for structure in PhantomStructure.allCases {
                let mask = phantom[structure]
                #expect(mask.geometry == phantom.volume.geometry)
                #expect(mask.pieceSizes.count == 1, "\(structure.rawValue)")
            }
        }
    }

    @Test func noVoxelIsInTwoStructures() throws {
        for phantom in try all() {
            var union = Mask(geometry: phantom.volume.geometry)
            var sum = 0
            for structure in PhantomStructure.allCases {
                union = try union.union(phantom[structure])
                sum += phantom[structure].count
            }
            #expect(union.count == sum)
        }
    }

    @Test func lungsAreOnTheirSidesAndTheRightIsLarger() throws {
        for phantom in try all() {
            #expect(phantom[.lungLeft].centroid.x > 40)
            #expect(phantom[.lungRight].centroid.x < -40)
        }
        let healthy = try Samples.healthy.get()
        #expect(healthy[.lungRight].millilitres > healthy[.lungLeft].millilitres)
        #expect((800...4000).contains(healthy[.lungRight].millilitres))
    }

    @Test func lungsAreClearOfTheEdgesOfTheScan() throws {
        for phantom in try all() {
            let size = phantom.volume.geometry.size
            for structure in [PhantomStructure.lungLeft, .lungRight] {
                let box = try #require(phantom[structure].boundingBox)
                #expect(box.x.lowerBound > 0 && box.y.lowerBound > 0 && box.z.lowerBound > 0)
                #expect(box.x.upperBound < size.x && box.y.upperBound < size.y && box.z.upperBound < size.z)
            }
        }
    }

    @Test func heartIsMostlyLeftInFrontOfTheOesophagusAndBetweenTheLungs() throws {
        for phantom in try all() {
            let heart = phantom[.heart].centroid
            #expect(heart.x > phantom[.spinalCord].centroid.x + 5)
            #expect(heart.y < phantom[.esophagus].centroid.y)
            #expect((350...1100).contains(phantom[.heart].millilitres))
        }
    }

    @Test func tracheaOesophagusAndCordLieBehindEachOther() throws {
        for phantom in try all() {
            let trachea = Dictionary(grouping: phantom[.trachea].indices, by: \.z)
            let esophagus = Dictionary(grouping: phantom[.esophagus].indices, by: \.z)
            let cord = Dictionary(grouping: phantom[.spinalCord].indices, by: \.z)
            func middle(_ slice: [VoxelIndex]?) -> Double? {
                slice.map { mean($0.map { Double($0.y) }) }
            }
            // Above the fork, where the trachea is one tube.
            let bottom = try #require(trachea.keys.min())
            var compared = 0
            for z in trachea.keys where z > bottom + 6 {
                guard let front = middle(trachea[z]), let between = middle(esophagus[z]), let back = middle(cord[z])
                else { continue }
                #expect(front < between && between < back)
                compared += 1
            }
            #expect(compared > 5)
        }
    }

    @Test func cordRunsThroughEverySliceWithBoneAroundIt() throws {
        let phantom = try Samples.healthy.get()
        let geometry = phantom.volume.geometry
        for (z, slice) in phantom[.spinalCord].slices.enumerated() { #expect(!slice.isEmpty, "slice \(z)") }
        // Bone within 20 mm in front of and behind the cord in most slices; discs and gaps are in between.
        let slices = Dictionary(grouping: phantom[.spinalCord].indices, by: \.z)
        var bony = 0
        for (z, voxels) in slices {
            let x = voxels[voxels.count / 2].x
            let y = voxels[voxels.count / 2].y
            let reach = Int(20 / geometry.spacing.y)
            let front = (1...reach).map { phantom.volume[VoxelIndex(x: x, y: y - $0, z: z)].value }.max() ?? 0
            let back = (1...reach).map { phantom.volume[VoxelIndex(x: x, y: y + $0, z: z)].value }.max() ?? 0
            if front > 110, back > 110 { bony += 1 }
            for voxel in voxels { #expect((-60...250).contains(phantom.volume[voxel].value)) }
        }
        #expect(bony * 2 > slices.count)
    }

    @Test func organsHaveTheirHounsfieldUnits() throws {
        for phantom in try all() {
            for structure in [PhantomStructure.lungLeft, .lungRight] {
                #expect((-935 ... -740).contains(median(phantom.values(in: phantom[structure]))))
            }
            let heart = median(phantom.values(in: phantom[.heart]))
            #expect(phantom.description.hasContrast ? heart > 80 : (20...60).contains(heart))
            #expect((15...60).contains(median(phantom.values(in: phantom[.spinalCord]))))
            #expect(mean(phantom.values(in: phantom[.trachea])) < -450)
            #expect(phantom.values(in: phantom[.trachea]).min() ?? 0 < -900)
            // Air in the corner, nothing outside what the scanner can store.
            #expect(phantom.volume[VoxelIndex(x: 0, y: 0, z: 20)] < -900)
            #expect(phantom.volume.range.lowerBound >= -1024 && phantom.volume.range.upperBound > 500)
        }
    }

    /// Gas that is no lung, and lung as dense as muscle: what a threshold alone gets wrong.
    @Test func thresholdAloneIsNotEnough() throws {
        let phantom = try Samples.healthy.get()
        let lungs = try phantom[.lungLeft].union(phantom[.lungRight])
        let dense = phantom.values(in: lungs).filter { $0 > -400 }.count
        #expect(dense * 100 > lungs.count)
        let below = try #require(lungs.boundingBox).z.lowerBound
        let gas = Mask(geometry: lungs.geometry) { index in
            guard index.z < below + 12, !lungs[index] else { return false }
            let p = lungs.geometry.point(at: index)
            // Well inside the body.
            return abs(p.x) < 120 && abs(p.y) < 80 && phantom.volume[index] < -700
        }
        #expect(gas.millilitres > 3)
        // The stomach is on the left.
        #expect(gas.centroid.x > 0)
    }
}
