import Foundation
import TestSupport
import Testing

/// Files as other programs leave them: masks in another order of axes, sidecars, folders of images under any names.
@Suite("Foreign files", .serialized)
struct ForeignFileTests {
    private static let columns = 24, rows = 20, slices = 12

    /// A NIfTI file put together from nifti1.h: HU or labels by voxel, as the grid's axes run in RAS.
    ///
    /// Voxel (x, y, z) lies at (4 x, 4 y, 5 z) mm in LPS; `flips` says along which axes the file runs the other way.
    private func nifti(
        _ file: URL, flips: [Bool] = [false, false, false], dimensions: Int = 3, isMask: Bool = false,
        _ value: (Int, Int, Int) -> Int
    ) throws {
        let counts = [Self.columns, Self.rows, dimensions == 2 ? 1 : Self.slices]
        let steps: [Float] = [4, 4, 5]
        var bytes = [UInt8](repeating: 0, count: 352)
        func put<T>(_ value: T, _ at: Int) {
            withUnsafeBytes(of: value) { bytes.replaceSubrange(at..<at + $0.count, with: $0) }
        }
        put(Int32(348), 0)
        for (i, count) in ([dimensions] + counts).enumerated() { put(Int16(count), 40 + 2 * i) }
        put(Int16(isMask ? 2 : 4), 70)
        for (i, step) in ([1] + steps).enumerated() { put(step, 76 + 4 * i) }
        put(Float(352), 108)
        put(Float(1), 112)
        bytes[123] = 2
        put(Int16(1), 254)
        for axis in 0..<3 {
            // LPS to RAS turns the first two round.
            let sign: Float = (axis < 2 ? -1 : 1) * (flips[axis] ? -1 : 1)
            put(sign * steps[axis], 280 + 16 * axis + 4 * axis)
            let far = flips[axis] ? Float(counts[axis] - 1) * steps[axis] : 0
            put((axis < 2 ? -1 : 1) * far, 280 + 16 * axis + 12)
        }
        bytes.replaceSubrange(344..<348, with: Array("n+1".utf8) + [0])
        for z in 0..<counts[2] {
            for y in 0..<counts[1] {
                for x in 0..<counts[0] {
                    let place = [x, y, z].enumerated().map { flips[$0] ? counts[$0] - 1 - $1 : $1 }
                    let number = value(place[0], place[1], place[2])
                    if isMask { bytes.append(UInt8(number)) } else { put16(Int16(number), &bytes) }
                }
            }
        }
        try Data(bytes).write(to: file)
    }

    private func put16(_ value: Int16, _ bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }

    private func isLung(_ x: Int, _ y: Int, _ z: Int) -> Bool {
        (6..<11).contains(x) && (5..<16).contains(y) && (2..<9).contains(z)
    }

    private func ct(_ file: URL, plus offset: Int = 0) throws {
        try nifti(file) { x, y, z in
            let isBody = (3..<21).contains(x) && (3..<18).contains(y)
            // More values than a label map has.
            let texture = (x * 31 + y * 17 + z * 7) % 300 - 150
            return (isLung(x, y, z) ? -850 : isBody ? texture : -1000) + offset
        }
    }

    private func dice(_ report: [String: Any]) throws -> Double {
        let structures = try #require(report["structures"] as? [[String: Any]])
        return try #require(structures.first?["volumetric_dice"] as? Double)
    }

    @Test("a mask whose axes run the other way fits everywhere")
    func otherAxes() throws {
        let home = try TemporaryFolder()
        try ct(home.file("image.nii"))
        let reference = home.file("ref.nii")
        try nifti(reference, isMask: true) { isLung($0, $1, $2) ? 1 : 0 }
        for bits in 1..<8 {
            let folder = home.file("turned-\(bits)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let file = folder.appendingPathComponent("Lung_L.nii")
            try nifti(file, flips: (0..<3).map { bits >> $0 & 1 == 1 }, isMask: true) { isLung($0, $1, $2) ? 1 : 0 }
            #expect(try dice(pleuraJSON("metrics", reference.path, file.path, "--json", home: home)) == 1)
        }
        let picture = home.file("a.svg").path
        for options in [["--prediction", "turned-2"], ["--prediction", "turned-7/Lung_L.nii"]] {
            let drawn = try pleura(
                ["render", home.file("image.nii").path, options[0], home.file(options[1]).path, "-o", picture],
                home: home)
            #expect(drawn.status == 0, "\(drawn)")
        }
        // Moved by a slice, it does not fit, and the sentence says by how much.
        let moved = home.file("moved.nii")
        var bytes = [UInt8](try Data(contentsOf: reference))
        withUnsafeBytes(of: Float(5)) { bytes.replaceSubrange(280 + 44..<280 + 48, with: $0) }
        try Data(bytes).write(to: moved)
        for arguments in [
            ["metrics", reference.path, moved.path],
            ["render", home.file("image.nii").path, "--prediction", moved.path, "-o", picture],
        ] {
            let refused = try pleura(arguments, home: home)
            #expect(refused.status == 2 && refused.errors.contains("origin by 5 mm"), "\(refused)")
        }
    }

    @Test("a sidecar of dcm2niix beside a mask is no legend")
    func sidecar() throws {
        let home = try TemporaryFolder()
        let mask = home.file("Lung_L.nii")
        try nifti(mask, isMask: true) { isLung($0, $1, $2) ? 1 : 0 }
        let sidecar = "{\"Modality\": \"CT\", \"Manufacturer\": \"ACME\", \"ImageType\": [\"ORIGINAL\"], \"KVP\": 120}"
        try Data(sidecar.utf8).write(to: home.file("Lung_L.json"))
        let report = try pleuraJSON("metrics", mask.path, mask.path, "--json", home: home)
        #expect(try dice(report) == 1)
        let structures = try #require(report["structures"] as? [[String: Any]])
        #expect(structures.first?["name"] as? String == "Lung_L")
    }

    @Test("--spacing X,Y for an image of two dimensions")
    func spacingOfTwo() throws {
        let home = try TemporaryFolder()
        let (flat, solid) = (home.file("flat.nii"), home.file("solid.nii"))
        try nifti(flat, dimensions: 2, isMask: true) { x, y, _ in isLung(x, y, 4) ? 1 : 0 }
        try nifti(solid, isMask: true) { isLung($0, $1, $2) ? 1 : 0 }
        let two = try pleuraJSON("metrics", flat.path, flat.path, "--spacing", "0.7,0.8", "--json", home: home)
        let structures = try #require(two["structures"] as? [[String: Any]])
        #expect((structures.first?["spacing_mm"] as? [Double])?.prefix(2) == [0.7, 0.8])
        let three = try pleura("metrics", flat.path, flat.path, "--spacing", "0.7,0.8,1", "--json", home: home)
        #expect(three.status == 0, "\(three)")
        for (file, spacing) in [(solid, "0.7,0.8"), (flat, "0.7"), (flat, "0.7,x"), (flat, "0.7,0.8,1,1")] {
            let refused = try pleura("metrics", file.path, file.path, "--spacing", spacing, home: home)
            #expect(refused.status == 2 && refused.errors.contains("--spacing"), "\(refused)")
        }
    }

    @Test("a folder of images under any names is imported, masks are not")
    func folderOfImages() throws {
        let home = try TemporaryFolder()
        let folder = home.file("images")
        let below = folder.appendingPathComponent("more")
        try FileManager.default.createDirectory(at: below, withIntermediateDirectories: true)
        try ct(folder.appendingPathComponent("first scan.nii"))
        try ct(folder.appendingPathComponent("without-intercept.nii"), plus: 1024)
        try ct(below.appendingPathComponent("deep.nii"), plus: 1)
        try nifti(folder.appendingPathComponent("Lung_L.nii"), isMask: true) { isLung($0, $1, $2) ? 1 : 0 }
        try nifti(folder.appendingPathComponent("labels.nii")) { isLung($0, $1, $2) ? 7 : 0 }
        try Data("{}".utf8).write(to: folder.appendingPathComponent("first scan.json"))
        let report = try pleuraJSON("import", folder.path, "--json", home: home)
        let cases = try #require(report["cases"] as? [[String: Any]])
        #expect(Set(cases.compactMap { $0["hu_min"] as? Int }) == [-1000, 24, -999])
        let skipped = try #require(report["skipped"] as? [[String: Any]])
        #expect(
            Set(skipped.compactMap { ($0["path"] as? String).map { URL(fileURLWithPath: $0).lastPathComponent } })
                == ["Lung_L.nii", "labels.nii"])
        let warned = cases.filter { ($0["warnings"] as? [String])?.contains { $0.contains("hardly") } == true }
        #expect(warned.map { $0["hu_min"] as? Int } == [24])
    }
}
