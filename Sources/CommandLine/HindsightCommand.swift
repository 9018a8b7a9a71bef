import ArgumentParser

/// The `hindsight` command.
@main
struct HindsightCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hindsight",
        abstract: "Fine-tune pretrained models on what really happened.")
}
