import ArgumentParser
import HindsightModels

extension InferencePrecision: ExpressibleByArgument {}
