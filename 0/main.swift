import Hindsight

var random = RandomGenerator(seed: 0)
let model = Linear(1000, 1000, random: &random)

/// The loss of the largest batch that fits into the limit.
func loss(of rows: Int) throws -> Float {
    do {
        return try Memory.withLimit(8_000_000) {
            let x = Tensor.ones([rows, 1000])
            return try valueAndGradients(of: model) { $0(x).squared().mean() }.value.item
        }
    } catch let error as MemoryLimitError {
        print("\(rows) rows: \(error)")
        return try loss(of: rows / 2)
    }
}
print(try loss(of: 4096))
