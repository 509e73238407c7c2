import ImageValues
import Testing
import Volumes

@Suite struct ContentDigestTests {
    @Test func contentDigestIsWhatItsDocumentationSays() throws {
        let grid = try GridGeometry(
            size: GridSize(x: 3, y: 2, z: 2), spacing: Spacing(x: 0.7, y: 0.7, z: 2.5),
            origin: PatientPoint(x: -10, y: 20.5, z: -0.0))
        let values: [Int16] = [0, 1, -1, 2, -2, 3]
        let slice = try VolumeSlice(width: 3, height: 2, values: values)
        let volume = try Volume(geometry: grid, slices: [slice, slice])
        // hashlib.sha256(struct.pack("<18d", 3,2,2, .7,.7,2.5, -10,20.5,0, 1,0,0, 0,1,0, 0,0,1)
        //   + numpy.array([0,1,-1,2,-2,3]*2, "<i2").tobytes()).hexdigest()
        #expect(ContentDigest.digest(of: volume) == "f74cd9bed2e5d76c584075b3a192fd32fca2bba203856de552d2dfbb009d505a")
        var other = volume
        other[VoxelIndex(x: 2, y: 1, z: 1)] = 4
        #expect(ContentDigest.digest(of: other) != ContentDigest.digest(of: volume))
    }
}
