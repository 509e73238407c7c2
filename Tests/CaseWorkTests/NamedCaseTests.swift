import CaseStore
import Cases
import Foundation
import TestSupport
import Testing
import VolumeFiles
import Volumes

@testable import CaseWork

@Suite("A case by the path of its image") struct NamedCaseTests {
    @Test("a case is found by its id, by its image and by the folder that holds it alone")
    func found() throws {
        let one = try ImagedCase()
        let (id, image) = (one.record.id, one.folder.file("patient/ct.nii.gz").path)
        for name in [id.rawValue, String(id.rawValue.prefix(12)), image, one.folder.file("patient").path] {
            #expect(try one.store.findCase(named: name) == id, "\(name)")
        }
        let link = one.folder.file("link")
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: one.folder.file("patient"))
        #expect(try one.store.findCase(named: link.path) == id)
        #expect(try one.store.findCase(named: one.folder.file("patient/../patient/ct.nii.gz").path) == id)
    }

    @Test("a path with the image of no case, or of several, is refused; what is no path is taken for an id")
    func refused() throws {
        let one = try ImagedCase()
        func said(_ name: String) -> String? {
            let error = #expect(throws: (any Error).self) { try one.store.findCase(named: name) }
            return error.map { WorkError($0).description }
        }
        let other = one.folder.file("patient-2")
        try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
        // A name that begins like the folder of another case is another name.
        #expect(said(other.path) == "No case has its image at \(other.path). `pleura import` registers it.")
        #expect(said(one.folder.file("nowhere").path)?.contains("No case has") == false)
        let image = other.appendingPathComponent("ct.nii.gz")
        try NiftiFile.write(Volume(geometry: one.record.geometry, filledWith: 5), to: image)
        let second = try LoadedCase.read(CaseSource(url: image)).record
        try one.store.register(second, by: "ana", now: Date())
        #expect(try one.store.findCase(named: other.path) == second.id)
        let ids = [one.record.id, second.id].map(\.rawValue).sorted().joined(separator: ", ")
        #expect(said(one.folder.url.path) == "2 cases have their images at \(one.folder.url.path): \(ids). Name one.")
    }
}
