import Foundation

/// The computer a run ran on.
public struct Machine: Sendable, Equatable, Codable {
    /// The processor, as it calls itself.
    public var processor: String
    /// Logical processors this process may use.
    public var cores: Int
    /// Bytes of memory.
    public var memory: UInt64
    /// The operating system and its version.
    public var system: String
    /// The instruction set, such as `x86_64`.
    public var architecture: String

    /// Says all of it.
    public init(
        processor: String = "", cores: Int = 0, memory: UInt64 = 0, system: String = "",
        architecture: String = ""
    ) {
        self.processor = processor
        self.cores = cores
        self.memory = memory
        self.system = system
        self.architecture = architecture
    }

    /// The computer this process runs on.
    public static let current: Machine = {
        let process = ProcessInfo.processInfo
        return Machine(
            processor: processorName() ?? "unknown processor",
            cores: process.activeProcessorCount, memory: process.physicalMemory,
            system: systemName() ?? process.operatingSystemVersionString,
            architecture: architectureName)
    }()

    private static var architectureName: String {
        #if arch(x86_64)
            "x86_64"
        #elseif arch(arm64)
            "aarch64"
        #else
            "unknown"
        #endif
    }

    #if canImport(Darwin)
        private static func processorName() -> String? {
            var size = 0
            guard sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0) == 0 else {
                return nil
            }
            var bytes = [UInt8](repeating: 0, count: size)
            sysctlbyname("machdep.cpu.brand_string", &bytes, &size, nil, 0)
            return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }

        private static func systemName() -> String? { nil }
    #else
        /// ARM's Linux names no model in `cpuinfo`; the device tree often does.
        private static func processorName() -> String? {
            field("model name", of: "/proc/cpuinfo", separator: ":")
                ?? field("Hardware", of: "/proc/cpuinfo", separator: ":")
                ?? text("/proc/device-tree/model").map {
                    $0.trimmingCharacters(in: ["\0", "\n", " "])
                }
        }

        private static func systemName() -> String? {
            field("PRETTY_NAME", of: "/etc/os-release", separator: "=")?
                .trimmingCharacters(in: ["\""])
        }

        private static func text(_ path: String) -> String? {
            try? String(contentsOfFile: path, encoding: .utf8)
        }

        private static func field(_ name: String, of path: String, separator: Character)
            -> String?
        {
            guard let lines = text(path)?.split(separator: "\n") else { return nil }
            for line in lines where line.hasPrefix(name) {
                let parts = line.split(separator: separator, maxSplits: 1)
                guard parts.count == 2 else { continue }
                return parts[1].trimmingCharacters(in: .whitespaces)
            }
            return nil
        }
    #endif
}
