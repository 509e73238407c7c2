import Anatomy
import Cases
import Foundation
import MaskChecks
import Testing
import Volumes

@Suite struct ImplausibilityTests {
    /// Voxels of 1 ml: five of the mask's six are at −200 HU, one at 300.
    private func found(_ facts: String) throws -> [Implausibility] {
        let grid = try GridGeometry(size: GridSize(x: 6, y: 2, z: 2), spacing: Spacing(x: 10, y: 10, z: 10))
        let mask = Mask(geometry: grid) { $0.y == 0 && $0.z == 1 }
        var volume = Volume(geometry: grid, filledWith: -1000)
        for x in 0..<6 { volume[VoxelIndex(x: x, y: 0, z: 1)] = x == 3 ? 300 : -200 }
        let catalogue = try StructureCatalogue.builtIn.adding(
            Data("{\"structures\": [{\"name\": \"Aorta\", \"order\": 45\(facts)}]}".utf8), place: "mine")
        let aorta = try #require(catalogue[StructureName(rawValue: "Aorta")])
        return Implausibility.found(in: mask, aorta, of: volume)
    }

    @Test func onlyWhatTheCatalogueSaysIsAskedFor() throws {
        #expect(try found("") == [])
        #expect(try found(", \"plausible_ml\": [6, 6], \"plausible_median_hu\": [-200, -200]") == [])
    }

    @Test func volumeAndDensityAreToldWithTheirFigures() throws {
        #expect(try found(", \"plausible_ml\": [7, null]") == [.volume(millilitres: 6)])
        #expect(
            try found(", \"plausible_ml\": [null, 5], \"plausible_median_hu\": [null, -300]")
                == [.volume(millilitres: 6), .density(medianHU: -200, isDense: true)])
        #expect(try found(", \"plausible_median_hu\": [0, 100]") == [.density(medianHU: -200, isDense: false)])
    }
}

@Suite struct SwappedSidesTests {
    @Test(arguments: [false, true])
    func sidesAreThePatientsWhicheverWayTheFileRuns(isFlipped: Bool) throws {
        let way = isFlipped ? -1.0 : 1
        let grid = try GridGeometry(
            size: GridSize(x: 10, y: 2, z: 2), spacing: Spacing(x: 1, y: 1, z: 1),
            direction: GridDirection(
                x: PatientVector(x: way, y: 0, z: 0), y: PatientVector(x: 0, y: way, z: 0),
                z: PatientVector(x: 0, y: 0, z: 1)))
        let (low, high) = (Mask(geometry: grid) { $0.x < 3 }, Mask(geometry: grid) { $0.x > 6 })
        #expect(Mask.areSwapped(left: low, right: high) == !isFlipped)
        #expect(Mask.areSwapped(left: high, right: low) == isFlipped)
        #expect(!Mask.areSwapped(left: low, right: Mask(geometry: grid)), "of nothing there is no side")
        #expect(!Mask.areSwapped(left: low, right: low))
    }
}
