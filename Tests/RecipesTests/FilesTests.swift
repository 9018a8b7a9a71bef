import Foundation
import HindsightRecipes
import Testing

@Suite struct FilesTests {
    /// Runs with a folder that holds a recipe, its data and a model, and is removed afterwards.
    private func withFolder(_ recipe: String, _ body: (_ folder: String) throws -> Void) throws {
        let manager = FileManager.default
        let folder = manager.temporaryDirectory.appending(path: "recipes-\(UUID().uuidString)")
        try manager.createDirectory(
            at: folder.appending(path: "model"), withIntermediateDirectories: true)
        defer { try? manager.removeItem(at: folder) }
        try Data("text,label\n".utf8).write(to: folder.appending(path: "reviews.csv"))
        try Data(recipe.utf8).write(to: folder.appending(path: "r.yaml"))
        try body(folder.path)
    }

    @Test func pathsAreFoundFromTheRecipesFolder() throws {
        let recipe = "task: text-classification\nmodel: model\ndata: {train: reviews.csv}\n"
        try withFolder(recipe) { folder in
            let result = try RecipeReader.read(path: folder + "/r.yaml")
            #expect(result.problems == [])
            #expect(result.files["data.train"] == folder + "/reviews.csv")
            #expect(result.files["model"] == folder + "/model")
            #expect(result.recipe?.data.train == "reviews.csv")
        }
    }

    @Test func missingFilesAreAllReported() throws {
        let recipe = """
            task: text-classification
            model: someone/model
            data: {train: review.csv, test: model, format: csv}
            store: reviews.csv
            """
        try withFolder(recipe) { folder in
            let name = folder + "/r.yaml"
            let result = try RecipeReader.read(path: name)
            #expect(
                result.problems.map(\.description) == [
                    "\(name):2:8: error: model: no such file or folder: someone/model, nor in "
                        + "\(folder); from the hub: hub:someone/model",
                    "\(name):3:15: error: data.train: no such file or folder: review.csv, nor in "
                        + "\(folder); did you mean reviews.csv?",
                    "\(name):3:33: error: data.test: expected a file in format csv, found the "
                        + "folder \(folder)/model; set data.format to folder, or name a file",
                    "\(name):4:8: error: store: expected a folder, found a file; "
                        + "choose another folder",
                ])
        }
    }

    @Test func recipesThatCanNotBeRead() throws {
        #expect(throws: RecipeError.self) { try RecipeReader.read(path: "/nowhere/r.yaml") }
        #expect(throws: RecipeError.self) { try RecipeReader.read(path: "/dev/zero") }
        #expect(throws: RecipeError.self) { try RecipeReader.read(path: "/") }
        #expect(throws: RecipeError.self) { try RecipeReader.read(text: "").get() }
    }
}
