import Foundation

// Whether the files a recipe names are there.

extension RecipeDraft {
    /// Looks up every path: from the working directory, then from the recipe's folder.
    mutating func checkFiles() {
        for key in RecipeSchema.keys {
            guard let kind = key.type.pathKind, case .text(let path)? = values.values[key.path],
                !(kind == .model && path.hasPrefix("hub:"))
            else { continue }
            if let (found, isFolder) = lookUp(path) {
                files[key.path] = found
                if let message = unusable(found, isFolder, kind) { report(key.path, message) }
            } else if kind == .output {
                files[key.path] = path
            } else {
                report(key.path, missing(path, kind))
            }
        }
    }

    private func lookUp(_ path: String) -> (path: String, isFolder: Bool)? {
        var candidates = [path]
        if let folder, !folder.isEmpty, !path.hasPrefix("/") {
            candidates.append(folder + "/" + path)
        }
        for candidate in candidates {
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder) {
                return (candidate, isFolder.boolValue)
            }
        }
        return nil
    }

    private func unusable(_ path: String, _ isFolder: Bool, _ kind: PathKind) -> String? {
        if kind == .output {
            return isFolder ? nil : "expected a folder, found a file; choose another folder"
        }
        guard FileManager.default.isReadableFile(atPath: path) else {
            return "no permission to read \(path); change it with chmod"
        }
        guard kind == .examples, let format = known(Recipe.Data.Keys.format) else { return nil }
        if isFolder, format != .folder, format != .auto {
            return "expected a file in format \(format.rawValue), found the folder \(path); "
                + "set data.format to folder, or name a file"
        }
        return !isFolder && format == .folder
            ? "expected a folder, found a file; set data.format to auto" : nil
    }

    private func missing(_ path: String, _ kind: PathKind) -> String {
        var message = "no such file or folder: \(shown(path, quoted: false))"
        if let folder, !folder.isEmpty, !path.hasPrefix("/") { message += ", nor in \(folder)" }
        if let near = neighbour(path) { return message + "; did you mean \(near)?" }
        if kind == .model, path.split(separator: "/").count == 2, !path.contains(" ") {
            return message + "; from the hub: hub:\(path)"
        }
        return message + "; paths start at the working directory or the recipe's folder"
    }

    /// A file beside the missing one whose name is nearly the same.
    private func neighbour(_ path: String) -> String? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let parent = parts.dropLast().map { $0 + "/" }.joined()
        guard let name = parts.last else { return nil }
        var places = [parent.isEmpty ? "." : parent]
        if let folder, !folder.isEmpty, !path.hasPrefix("/") {
            places.append(folder + "/" + parent)
        }
        for place in places {
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: place),
                names.count <= 10_000,
                let near = nearest(to: String(name), among: names.sorted())
            else { continue }
            return parent + near
        }
        return nil
    }
}

extension ValueType {
    /// What a path of this type refers to; nil if it takes no paths.
    var pathKind: PathKind? {
        switch self {
        case .path(let kind): kind
        case .either(let types): types.lazy.compactMap(\.pathKind).first
        default: nil
        }
    }
}
