import Hindsight

/// The operations of transformers that fixtures name.
func transformers(_ fixture: FixtureFile.Case, _ inputs: [Tensor]) -> Tensor? {
    switch fixture.operation {
    case "attention":
        let capacity = Int(fixture.number("capacity"))
        return attention(
            query: inputs[0], key: inputs[1], value: inputs[2], heads: Int(fixture.number("heads")),
            keyValueHeads: Int(fixture.number("kv_heads")),
            spans: capacity < 0
                ? .packed(offsets: inputs[3]) : .padded(lengths: inputs[3], capacity: capacity),
            isCausal: fixture.flag("causal"),
            scale: fixture.attributes["scale"].map { Double($0)! })
    case "rms_norm":
        return rmsNorm(
            inputs[0], weight: inputs.count > 1 ? inputs[1] : nil,
            epsilon: fixture.number("epsilon"))
    case "rotary":
        return rotaryEmbedding(
            inputs[0], heads: Int(fixture.number("heads")), positions: inputs[1],
            base: fixture.number("base"), style: fixture.flag("interleaved") ? .interleaved : .half)
    default: return nil
    }
}
