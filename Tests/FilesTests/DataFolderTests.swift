import Files
import Foundation
import Testing

/// Stored cases, models and jobs are found under these names by every version: a change here loses them.
@Suite struct DataFolderTests {
    @Test func everythingHasItsName() {
        let folder = DataFolder(URL(fileURLWithPath: "/data/pleura", isDirectory: true))
        let places = [
            folder.store, folder.models, folder.model("0a1b"), folder.training("lungs"), folder.jobs, folder.job(7),
            folder.preparedSlices, folder.workerLog, folder.workerLock, folder.patientKey, folder.pseudonymised,
            folder.pulled, folder.outgoing(42), folder.commandHistory, folder.learnedKeys,
        ]
        #expect(
            places.map(\.path)
                == [
                    "pleura.sqlite", "models", "models/0a1b.safetensors", "training/lungs", "jobs", "jobs/7",
                    "cache/slices", "worker.log", "worker.lock", "patients.key", "pseudonymised", "pacs",
                    "pacs/outgoing-42", "command-history", "learned-keys",
                ].map { "/data/pleura/" + $0 })
        #expect(DataFolder(ofStore: folder.store).models.path == folder.models.path)
    }
}
