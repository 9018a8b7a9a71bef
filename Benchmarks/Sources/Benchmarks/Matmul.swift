import Hindsight

/// Matrix products through the public interface, the allocation of the result included.
func matrixProducts() {
    var random = RandomGenerator(seed: 0)
    let large = [
        (32, 64, 64), (256, 256, 256), (1024, 1024, 1024), (2048, 384, 384), (2048, 384, 1536),
        (1024, 768, 3072),
    ]
    let skinny = [(576, 1536), (768, 3072)].flatMap { k, n in
        [1, 2, 4, 8, 16, 32].map { ($0, k, n) }
    }
    for (m, k, n) in large + skinny {
        let x = random.normal([m, k])
        let plain = random.normal([k, n]), transposed = random.normal([n, k])
        report("matmul", "\(m)x\(k)x\(n)-nn", medianSeconds { _ = x.matmul(plain) })
        let time = medianSeconds { _ = x.matmul(transposed, transposeOther: true) }
        report("matmul", "\(m)x\(k)x\(n)-nt", time)
    }
}
