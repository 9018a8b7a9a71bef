import Hindsight

let model = Linear(weight: Tensor([[1, 2]]), bias: nil)
let x = Tensor([[3, 4]])
let (loss, gradients) = try valueAndGradients(of: model) { model in
    model(x).squared().sum()
}
print(loss.item)  // 121
print(gradients["weight"]!)  // float32 [1, 2] [[66, 88]]
