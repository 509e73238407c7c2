import CaseStore
import CaseWork
import Cases
import Foundation
import JobWork
import Models
import Networks
import SQLiteStore
import TestNetworks
import TestSupport
import Testing
import Volumes

@testable import Rehearsal

/// The model a rehearsal begins with, by networks of two numbers.
@Suite struct FirstModelTests {
    @Test func anInstalledModelIsPutInUseAsVersionOneWithTheEpochsOfTheRehearsal() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteCaseStore(url: folder.file("pleura.sqlite"))
        let recipe = Recipe(name: "tiny", structures: [.lungLeft, .lungRight])
        let file = folder.file("tiny.safetensors")
        try ModelFile(
            name: ModelName(rawValue: "tiny@7"), recipe: recipe, weights: ThresholdNetworks.weights(left: 5, right: 11)
        ).write(to: file)
        let networks = ThresholdNetworks()
        let first = FirstModel(
            store: store, home: folder.url, smoke: { throw WorkError("no recipe is needed") }, epochs: 2,
            networks: networks, say: { _ in }, isStopped: { false })
        try first.begin(
            with: ModelChoice(
                kind: .model(ModelCatalogue.Entry(url: file, header: try ModelFile.header(of: file))), isNamed: true))
        let name = ModelName(rawValue: "tiny@1")
        #expect(try store.promotions().map(\.model) == [name])
        let entries = try InstalledModels.catalogue(store: store, home: folder.url, folders: []).entries()
        #expect(entries.map(\.header.name) == [name] && entries.map(\.header.recipe.fineTuning.epochs) == [2])
        #expect(networks.made == 0, "nothing is trained")
    }

    @Test func whereNoneIsInstalledOneIsTrainedOnPhantoms() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteCaseStore(url: folder.file("pleura.sqlite"))
        var recipe = Recipe(name: "smoke", structures: [.lungLeft, .lungRight])
        recipe.network.filters = 2
        (recipe.preprocessing.columns, recipe.preprocessing.rows) = (32, 32)
        recipe.preprocessing.spacing = Spacing(x: 12, y: 12, z: 6)
        recipe.fineTuning.replayPatients = 1
        let small = recipe
        let networks = ThresholdNetworks()
        var said: [String] = []
        let first = FirstModel(
            store: store, home: folder.url, smoke: { small }, epochs: nil, networks: networks,
            say: { said.append($0) }, isStopped: { false })
        try first.begin(with: ModelChoice(kind: .baseline, isNamed: false))
        #expect(networks.made == 1 && networks.steps >= 60, "sixty epochs")
        #expect(said.count == 1)
        #expect(try store.promotions().map(\.model) == [ModelName(rawValue: "smoke@1")])
    }
}
