import Hindsight
import HindsightTestSupport
import Testing

@Suite struct TensorTests {
    @Test func shapesBroadcast() {
        #expect(Shape([2, 3]).broadcast(with: [3]) == [2, 3])
        #expect(Shape([2, 1]).broadcast(with: [1, 4]) == [2, 4])
        #expect(Shape([]).broadcast(with: [0, 4]) == [0, 4])
        #expect(Shape([2, 3]).broadcast(with: [2]) == nil)
        #expect("\(Shape([2, 3]))" == "[2, 3]")
        #expect(Shape([2, 3]).hashValue == Shape([2, 3]).hashValue)
    }

    @Test func descriptionsAreReadable() {
        #expect("\(Tensor([[1, 2.5], [-3, 4]]))" == "float32 [2, 2] [[1, 2.5],\n [-3, 4]]")
        #expect("\(Tensor([true, false]))" == "bool [2] [true, false]")
        #expect("\(Tensor(Int64(7)))" == "int64 [] 7")
        #expect("\(Tensor.zeros([0, 3]))" == "float32 [0, 3] (empty)")
        #expect("\(Tensor.arange(2000))".contains("…"))
        #expect("\(Tensor([1e-9, 3.14159265, 1e20] as [Float]))".contains("3.1416"))
    }

    @Test func subscripts() {
        let x = Tensor.arange(24).reshaped(2, 3, 4)
        #expect(x[1].shape == [3, 4])
        #expect(x[-1][0].array() == [12, 13, 14, 15] as [Float])
        #expect(x[0..<1].shape == [1, 3, 4])
        #expect(x[1...].array() == Tensor.arange(12, from: 12).array() as [Float])
        #expect(x[.all, .at(1), .range(1..<3)].array() == [5, 6, 17, 18] as [Float])
        #expect(x[.at(0), .strided(from: 2, to: -1, by: -2)].shape == [2, 4])
        #expect(x.reshaped(-1, 4).shape == [6, 4])
        #expect(x.transposed(0, 2).shape == [4, 3, 2])
        #expect(x.flipped(axis: 2)[0][0].array() == [3, 2, 1, 0] as [Float])
    }

    @Test func integersAndConversions() {
        let a = Tensor([7, -7, 5] as [Int64]), b = Tensor([2, 2, 0] as [Int64])
        #expect((a / b).array() == [3, -3, 0] as [Int64])
        #expect((a * b + 1).array() == [15, -13, 1] as [Int64])
        #expect((a .> b).array() == [true, false, true])
        #expect(Tensor([true, true, false]).sum().item == 2)
        let floats = Tensor([1.9, -1.9, .nan, 1e20, -.infinity] as [Float])
        #expect(floats.to(.int64).array() == [1, -1, 0, .max, .min] as [Int64])
        #expect(floats.to(.int32).array() == [1, -1, 0, .max, .min] as [Int32])
        #expect(floats.to(.uint8).array() == [1, 0, 0, 255, 0] as [UInt8])
        #expect(floats.to(.bool).array() == [true, true, true, true, true])
        #expect(Tensor([3, 300] as [Int32]).to(.float64).array() == [3.0, 300.0])
    }

    @Test func halfPrecisionRoundTrips() {
        let x = Tensor([1, -2.5, 65504, 1e-8, .infinity, 0.333] as [Float])
        let half = x.to(.float16).to(.float32).array() as [Float]
        #expect(half[0...2] == [1, -2.5, 65504] && half[3] == 0 && half[4] == .infinity)
        let brain = x.to(.bfloat16).to(.float32).array() as [Float]
        #expect(brain[1] == -2.5 && (brain[5] - 0.333).magnitude < 0.001)
        #expect(Tensor.ones([3], .bfloat16).to(.float32).array() == [1, 1, 1] as [Float])
    }

    @Test func readingConverts() {
        #expect(Tensor([1, 2] as [Int64]).array(of: Float.self) == [1, 2])
        #expect(Tensor(3.5).scalar(as: Int.self) == 3)
        #expect(Tensor.identity(2).array() == [1, 0, 0, 1] as [Float])
        let x = Tensor([1, 2, 3] as [Float])
        x[1...].withUnsafeBytes { #expect($0.count == 8) }
    }

    @Test func zeroAndOneElement() {
        let none = Tensor.zeros([0])
        #expect(none.sum().item == 0)
        #expect((none + 1).shape == [0])
        #expect(
            Tensor.zeros([3, 0]).matmul(Tensor.zeros([0, 2])).array()
                == [Float](repeating: 0, count: 6))
        #expect(Tensor.zeros([0, 4]).softmax().shape == [0, 4])
        #expect(Tensor(Float(2)).softmax().item == 1)
        #expect(Tensor.concatenate([none, Tensor.ones([2])]).shape == [2])
    }

    @Test func crossTasksAndActors() async {
        actor Holder {
            var tensor = Tensor.ones([3])
            func add(_ other: Tensor) -> Tensor {
                tensor = tensor + other
                return tensor
            }
        }
        let holder = Holder()
        let sums = await withTaskGroup(of: Float.self) { group in
            for index in 0..<20 {
                group.addTask { await holder.add(Tensor.ones([3]) * Double(index)).sum().item }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(sums.max() == Float(573))
    }

    @Test func borrowedMemoryIsReadInPlace() {
        final class Owner: Sendable {}
        let values: [Float] = [1, 2, 3, 4]
        values.withUnsafeBytes { bytes in
            let tensor = Tensor(
                borrowing: bytes.baseAddress!, shape: [2, 2], dtype: .float32, owner: Owner())
            #expect(tensor.sum().item == 10)
            #expect(tensor.matmul(tensor).array() == [7, 10, 15, 22] as [Float])
        }
    }
}
