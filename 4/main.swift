import Hindsight

let model = Linear(weight: Tensor([[1, 2]]), bias: nil)
let snapshot = model.snapshot()
model.weight.variable.assign(Tensor([[0, 0]]))
print(snapshot.apply { model(Tensor([[1, 1]])).item })  // 3
