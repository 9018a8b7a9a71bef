import ArgumentParser
import HindsightJobs

/// The `hindsight` command.
@main
struct HindsightCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hindsight",
        abstract: "Fine-tune pretrained models on what really happened, and train agents.",
        discussion: """
            A model predicts, what really happened comes back, and the model is fine-tuned on the \
            difference, again and again until it is good enough. Begin with a recipe:

              hindsight check recipe.yaml
              hindsight tune recipe.yaml --set optimizer.learning_rate=auto
              hindsight predict last --text "a warm, funny, engaging film"
              hindsight outcome last --id ID --label negative
              hindsight tune --from last --outcomes

            An agent acts in an environment and learns from its failures too:

              hindsight train bitflip
              hindsight play last

            Exit codes: 0 done; 1 something went wrong; 2 the recipe or data is wrong; \
            64 wrong arguments; 130 interrupted.
            """,
        version: hindsightVersion,
        subcommands: [
            Tune.self, Search.self, Select.self, Report.self, Predict.self, ReportOutcome.self,
            Evaluate.self,
            Runs.self,
            Models.self,
            Export.self, Check.self, Train.self, Play.self, Collect.self, Environments.self,
        ])
}
