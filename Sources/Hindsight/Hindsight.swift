// One import for the library: `import Hindsight`.
@_exported import HindsightNeuralNetworks
@_exported import HindsightTensors
