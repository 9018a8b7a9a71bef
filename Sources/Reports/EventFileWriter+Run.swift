import HindsightRunStore

extension EventFileWriter {
    /// Writes a run's curves for TensorBoard.
    ///
    /// - Parameters:
    ///   - run: Whose metrics.
    ///   - store: Where they are kept.
    ///   - folder: TensorBoard's `--logdir`; the run gets a folder of its name in it.
    /// - Returns: The file's path.
    /// - Throws: `ReportError` if it can't be written, `StoreError`.
    public static func export(_ run: Run, in store: RunStore, to folder: String) throws -> String {
        let values = try store.metrics(of: run)
        let writer = try EventFileWriter(folder: "\(folder)/\(run.name)", time: run.created)
        for value in values {
            writer.add(
                "\(value.name)/\(value.split)", value.value, step: value.step, time: value.time)
        }
        try writer.flush()
        return writer.path
    }
}
