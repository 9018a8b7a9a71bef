import HindsightReinforcementLearning
import HindsightRunStore

extension TrainJob {
    /// Tells, and keeps in the store, what environments of Gymnasium are made of, and that they begin anew on
    /// resume.
    func noteGymnasium(_ observe: (TrainJobEvent) -> Void) throws {
        guard EnvironmentCatalog.isGymnasium(plan.environment) else { return }
        let (found, goals) = try EnvironmentCatalog.describeGymnasium(
            plan.environment, settings: plan.environmentSettings)
        try note("\(found.name): \(found.versionText)", observe)
        if let goals { try note("\(found.name): \(goals)", observe) }
        if !found.leftOut.isEmpty {
            try note(
                "\(found.name): text in observations is left out: "
                    + found.leftOut.joined(separator: ", "), observe)
        }
        guard isResumed else { return }
        try note(
            "\(found.name): what Python holds cannot be saved; the environments begin new episodes with "
                + "new seeds", observe)
        if let versions = plan.versions, versions != found.versions {
            let before = versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            let text =
                "\(found.name): the run began with other versions: "
                + before.joined(separator: ", ")
            try store.record(Event(text, level: .warning), of: run)
            observe(.warning(text))
        }
    }

    private func note(_ text: String, _ observe: (TrainJobEvent) -> Void) throws {
        try store.record(Event(text), of: run)
        observe(.note(text))
    }
}
