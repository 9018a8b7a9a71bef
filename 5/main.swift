import Hindsight

let x = Tensor.ones([1000, 100])
do {
    try Memory.withLimit(1_000_000) { _ = x.matmul(x, transposeOther: true) }
} catch let error as MemoryLimitError {
    print(error.operation, error.shape)  // matmul [1000, 1000]
}
