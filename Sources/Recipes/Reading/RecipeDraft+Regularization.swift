// Which ways of holding overfitting go together.

extension RecipeDraft {
    /// Refuses what contradicts itself.
    mutating func checkRegularization() {
        typealias Keys = Recipe.Regularization.Keys
        if isOn(Keys.focal), isOn(Recipe.Keys.labelSmoothing) {
            refuse(
                Keys.focal,
                "the focal loss is defined for whole targets, and label_smoothing spreads "
                    + "them; leave out one of the two")
        }
        if isOn(Keys.coTuning), isOn(Keys.mixUp) {
            refuse(
                Keys.coTuning,
                "says what the model's own classifier is to say of whole texts, and mixup mixes them; "
                    + "leave out one of the two")
        }
        checkDropout()
        if known(Recipe.Optimizer.Keys.name) == .scheduleFree { checkScheduleFree() }
    }

    /// R-Drop compares two passes that only dropout makes different.
    private mutating func checkDropout() {
        typealias Keys = Recipe.Regularization.Keys
        guard isOn(Keys.rDrop), let dropout = known(Recipe.Keys.dropout), dropout == 0 else {
            return
        }
        if known(Recipe.Keys.method) == .lora, isOn(Recipe.LoRA.Keys.dropout) { return }
        refuse(
            Keys.rDrop,
            "compares two passes with different dropout, but dropout is 0; leave dropout "
                + "out, or give it a rate such as 0.1")
    }

    private mutating func checkScheduleFree() {
        typealias Keys = Recipe.Regularization.Keys
        if isOn(Keys.ema) {
            refuse(Keys.ema, "optimizer schedule-free averages the weights itself; leave out one")
        }
        if let schedule = known(Recipe.Schedule.Keys.name), schedule != .constant {
            report(
                "schedule.name",
                "optimizer schedule-free takes the place of a schedule; leave schedule.name out")
        }
        if let betas = known(Recipe.Optimizer.Keys.betas), betas[0] == 0 {
            report(
                "optimizer.betas", "the first must be above 0 with optimizer schedule-free")
        }
    }

    private func isOn(_ key: Key<Double>) -> Bool { known(key).map { $0 > 0 } ?? false }

    private mutating func refuse(_ key: Key<Double>, _ message: String) {
        report(key.description.path, message)
    }
}
