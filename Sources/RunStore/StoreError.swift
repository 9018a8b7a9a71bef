internal import GRDB

/// What can go wrong with a store of runs: what, where, and what to do about it.
public enum StoreError: Error, Equatable, Sendable {
    /// There is no store in the folder, and none was to be made.
    case noStore(folder: String)
    /// The folder could not be made or reached.
    case folderUnusable(path: String, reason: String)
    /// The folder or its database may not be written.
    case notWritable(path: String)
    /// The database's file was removed or replaced while the store was open.
    case vanished(path: String)
    /// No space is left on the disk.
    case diskFull(path: String)
    /// The database is damaged.
    case corrupt(path: String, detail: String)
    /// The file is a database, but of another program.
    case notAStore(path: String)
    /// The store was written by a newer version of this software.
    case newerVersion(path: String, found: Int, supported: Int)
    /// Another process held the store for longer than the time-out.
    case busy(path: String, seconds: Int)
    /// Reading or writing failed for another reason.
    case failed(path: String, reason: String)

    /// No run has that name.
    case unknownRun(name: String, nearest: [String], recent: [String])
    /// Several runs' names begin like that.
    case ambiguousRun(prefix: String, matches: [String])
    /// The run was deleted by someone else in the meantime.
    case runDeleted(name: String)
    /// The run is being worked on by a living process.
    case runIsActive(name: String, process: Int, host: String)
    /// Other runs were started from this one.
    case runHasDependents(name: String, dependents: [String])
    /// A kind of run, a tag or a path that can't be kept.
    case invalid(what: String, value: String, expected: String)
    /// No prediction has that id.
    case unknownPrediction(id: String)
    /// Outcomes that can't be taken; none of the same report was.
    case badOutcomes([OutcomeProblem], total: Int)
}

extension StoreError: CustomStringConvertible {
    /// What is shown to people.
    public var description: String {
        switch self {
        case .unknownRun, .ambiguousRun, .runDeleted, .runIsActive, .runHasDependents, .invalid,
            .unknownPrediction, .badOutcomes, .noStore:
            contentDescription
        default: storageDescription
        }
    }

    private var storageDescription: String {
        switch self {
        case .folderUnusable(let path, let reason):
            "cannot use the folder \(path): \(reason); choose another with `store:`"
        case .notWritable(let path):
            "\(path) may not be written; change its permissions (chmod u+w) or choose another "
                + "folder with `store:`"
        case .vanished(let path):
            "\(path) was removed or replaced while it was in use; nothing more was kept; "
                + "restore it, or start again with a new store"
        case .diskFull(let path):
            "no space left on the disk of \(path); free some (`hindsight runs prune`), what was "
                + "kept before is intact"
        case .corrupt(let path, let detail):
            "\(path) is damaged (\(detail)); move it aside and salvage what it holds with "
                + "`sqlite3 \(path) .recover | sqlite3 recovered.sqlite`; checkpoints in the "
                + "runs' folders are files of their own"
        case .notAStore(let path):
            "\(path) is not a store of runs but another program's database; choose another folder "
                + "with `store:`"
        case .newerVersion(let path, let found, let supported):
            "\(path) has format \(found), written by a newer hindsight; this one knows formats up "
                + "to \(supported); update hindsight, or use another folder with `store:`"
        case .busy(let path, let seconds):
            "another process has held \(path) for more than \(seconds) s; try again when it is done"
        case .failed(let path, let reason): "\(path): \(reason)"
        default: ""
        }
    }

    private var contentDescription: String {
        switch self {
        case .noStore(let folder):
            "there is no store of runs in \(folder); `hindsight tune` makes one, "
                + "`--store` names another"
        case .unknownRun(let name, let nearest, let recent):
            "no run is called `\(name)`"
                + (nearest.isEmpty ? "" : "; nearest: " + nearest.joined(separator: ", "))
                + (recent.isEmpty
                    ? "; the store has no runs yet"
                    : "; most recent: " + recent.joined(separator: ", "))
        case .ambiguousRun(let prefix, let matches):
            "`\(prefix)` may be any of " + matches.joined(separator: ", ") + "; write more of it"
        case .runDeleted(let name): "the run \(name) was deleted in the meantime"
        case .runIsActive(let name, let process, let host):
            "the run \(name) is being worked on by process \(process) on \(host); stop it first"
        case .runHasDependents(let name, let dependents):
            "the run \(name) is where " + dependents.joined(separator: ", ")
                + " started from; delete those first, or force it"
        case .invalid(let what, let value, let expected):
            "\(what) `\(value)` can't be used; expected \(expected)"
        case .unknownPrediction(let id):
            "no prediction has the id `\(id)` in this store; ids are printed by `hindsight predict`"
        case .badOutcomes(let problems, let total):
            "\(problems.count) of \(total) outcomes can't be taken, so none was:\n"
                + problems.map { "  \($0)" }.joined(separator: "\n")
        default: ""
        }
    }
}

extension StoreError {
    /// The error of this room for one of SQLite's at `path`.
    init(_ error: DatabaseError, path: String) {
        let message = error.message ?? "\(error.resultCode)"
        switch error.resultCode {
        case .SQLITE_FULL: self = .diskFull(path: path)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .corrupt(path: path, detail: message)
        case .SQLITE_READONLY, .SQLITE_PERM: self = .notWritable(path: path)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self = .busy(path: path, seconds: RunStore.busySeconds)
        case .SQLITE_CANTOPEN: self = .folderUnusable(path: path, reason: message)
        case .SQLITE_IOERR:
            self = .failed(
                path: path,
                reason:
                    "\(message) (SQLite \(error.extendedResultCode.rawValue)); check the disk, its free "
                    + "space and how large files may be (ulimit -f); what was kept before is intact"
            )
        default:
            self = .failed(
                path: path, reason: "\(message) (SQLite \(error.extendedResultCode.rawValue))")
        }
    }
}
