import Cases
import Foundation
import Networks
import Settings
import TestSupport
import Testing
import Volumes

@Suite struct RecipeFileTests {
    private let tree = ResourceFolder(
        url: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent())

    @Test func allRecipesAreWhole() throws {
        let names = tree.names(in: "recipes")
        #expect(
            names == [
                "lungs-cpu", "lungs-cpu-adapt", "lungs-real", "published", "refine", "smoke", "thorax", "thorax-3d",
            ])
        for name in names {
            let recipe = try tree.recipe(name)
            #expect(recipe.name == name)
            try recipe.check()
        }
    }

    @Test func publishedIsWhatWasPublished() throws {
        let recipe = try tree.recipe("published")
        #expect(recipe.preprocessing.spacing == Spacing(x: 1, y: 1, z: 3))
        #expect(recipe.preprocessing.columns == 512 && recipe.preprocessing.rows == 512)
        #expect(recipe.preprocessing.cropsToBody)
        #expect(recipe.network.filters == 64)
        #expect(recipe.training.loss == .softDice)
        #expect(recipe.training.epochs == 20)
        #expect(recipe.augmentation.probability == 0)
        // Nothing else was published; the network is keras-unet's default but for its filters.
        var kerasUNet = NetworkConfiguration()
        kerasUNet.filters = 64
        #expect(recipe.network == kerasUNet)
    }

    @Test func theShippedRecipeTellsLeftFromRight() throws {
        let recipe = try tree.recipe("lungs-cpu")
        #expect(recipe.structures == [.lungLeft, .lungRight])
        #expect(recipe.postprocessing.exclusive == recipe.structures)
        #expect(recipe.mirroredChannels == [1, 0])
    }

    @Test func mistakesNameFileAndKey() throws {
        func fail(_ text: String) -> String {
            do throws(SettingsError) {
                _ = try ResourceFolder.recipe("name = \"a\"\nstructures = [\"Lungs\"]\n" + text, place: "mine.toml")
                return ""
            } catch { return error.description }
        }
        #expect(fail("") == "")
        #expect(fail("[training]\nepochs = 0") == "mine.toml: [training] epochs must be a whole number, 1 to 10000")
        #expect(fail("[training]\nepochs = 2024-01-01").contains("[training] epochs must be a text, a number"))
        #expect(fail("[training.more]\nepochs = 2").contains("[training] more must be"))
        #expect(fail("colour = 1").contains("colour is not a key"))
        #expect(fail("[network").contains("mine.toml: line 3 is not TOML"))
        #expect(throws: SettingsError.self) { try tree.recipe("no-such-recipe") }
    }

    @Test func aFileOfTheUsersOwnIsRead() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("own.toml")
        try Data("name = \"own\"\nstructures = [\"Heart\"]\n[network]\nlevels = 3\ndropout = 0".utf8).write(to: file)
        let recipe = try withExtendedLifetime(folder) { try tree.recipe(file.path) }
        #expect(recipe.network.levels == 3 && recipe.network.dropout == 0 && recipe.structures == [.heart])
    }
}
