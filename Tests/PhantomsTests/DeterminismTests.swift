import Phantoms
import Testing
import Volumes

@Suite struct DeterminismTests {
    @Test func sameSpecificationMakesTheSamePhantom() throws {
        let specification = PhantomSpecification(seed: 11, patient: 5, site: .siteC, matrix: 40, slices: 12)
        let first = try ThoraxPhantom.generate(specification)
        let second = try ThoraxPhantom.generate(specification)
        #expect(first.volume == second.volume)
        #expect(first.masks == second.masks)
        #expect(first.description == second.description)
    }

    @Test func anotherSeedPatientOrSiteMakesAnotherPhantom() throws {
        func small(_ seed: UInt64, _ patient: Int, _ site: PhantomSite) throws -> UInt64 {
            try ThoraxPhantom.generate(
                PhantomSpecification(seed: seed, patient: patient, site: site, matrix: 32, slices: 10)
            ).maskDigest
        }
        let digests = try [
            small(1, 1, .siteA), small(2, 1, .siteA), small(1, 2, .siteA), small(1, 1, .siteB), small(1, -1, .siteA),
        ]
        #expect(Set(digests).count == digests.count)
    }

    /// These digests came from an optimised build; a debug build, and any other machine, must give the same.
    @Test func digestsAreTheRecordedOnes() throws {
        let phantom = try ThoraxPhantom.generate(
            PhantomSpecification(
                seed: 2024, patient: 1, site: .siteA, matrix: 64, slices: 20,
                pathologies: [.nodules, .effusion, .consolidation, .emphysema]))
        #expect(phantom.maskDigest == 0x3dda_1d7a_b432_d372)
        #expect(phantom.imageDigest == 0x34de_56b8_bd16_e28e)
    }
}
