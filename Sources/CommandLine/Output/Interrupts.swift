import Foundation
import HindsightLearning

/// Ctrl-C: the first one lets the step under way end and a checkpoint be made, the second one ends at once.
enum Interrupts {
    /// A switch that SIGINT and SIGTERM turn off.
    static func stopSwitch() -> StopSwitch {
        let stop = StopSwitch()
        shared = stop
        // A file that may not grow (ulimit -f) is an error of the write, not an end without a word.
        Foundation.signal(SIGXFSZ, SIG_IGN)
        // Whoever started this process may have left them blocked.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        for signal in [SIGINT, SIGTERM] {
            Foundation.signal(signal) { number in
                if Interrupts.shared?.isOff == true { _exit(128 + number) }
                Interrupts.shared?.stop()
            }
        }
        return stop
    }

    nonisolated(unsafe) private static var shared: StopSwitch?
}
