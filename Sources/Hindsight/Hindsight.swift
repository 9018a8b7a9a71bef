// One import for the library: `import Hindsight`.
@_exported import HindsightDatasets
@_exported import HindsightFineTuning
@_exported import HindsightLearning
@_exported import HindsightModelFiles
@_exported import HindsightModels
@_exported import HindsightNeuralNetworks
@_exported import HindsightReinforcementLearning
@_exported import HindsightTensors
@_exported import HindsightTokenizers
@_exported import HindsightTransferability
