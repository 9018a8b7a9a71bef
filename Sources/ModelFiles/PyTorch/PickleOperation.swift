/// The instructions of pickle protocols 2 to 5 (`Lib/pickle.py`).
enum PickleOperation: UInt8 {
    case proto = 0x80
    case frame = 0x95
    case stop = 0x2E
    case mark = 0x28
    case pop = 0x30
    case popMark = 0x31
    case duplicate = 0x32
    case none = 0x4E
    case isTrue = 0x88
    case isFalse = 0x89
    case int32 = 0x4A
    case uint8 = 0x4B
    case uint16 = 0x4D
    case long1 = 0x8A
    case long4 = 0x8B
    case float = 0x47
    case shortString = 0x55
    case string = 0x54
    case shortText = 0x8C
    case text = 0x58
    case longText = 0x8D
    case shortBytes = 0x43
    case bytes = 0x42
    case longBytes = 0x8E
    case byteArray = 0x96
    case emptyTuple = 0x29
    case tuple = 0x74
    case tuple1 = 0x85
    case tuple2 = 0x86
    case tuple3 = 0x87
    case emptyList = 0x5D
    case list = 0x6C
    case append = 0x61
    case appends = 0x65
    case emptyDictionary = 0x7D
    case dictionary = 0x64
    case setItem = 0x73
    case setItems = 0x75
    case emptySet = 0x8F
    case addItems = 0x90
    case frozenSet = 0x91
    case get = 0x68
    case longGet = 0x6A
    case put = 0x71
    case longPut = 0x72
    case memorize = 0x94
    case global = 0x63
    case stackGlobal = 0x93
    case reduce = 0x52
    case newObject = 0x81
    case newObjectWithNames = 0x92
    case build = 0x62
    case persistentID = 0x51

    /// Why another instruction is refused.
    static func refusal(_ code: UInt8) -> String {
        let name =
            switch code {
            case 0x69, 0x6F: "makes an object of any class"
            case 0x82, 0x83, 0x84: "names a function by a number of copyreg's registry"
            case 0x97, 0x98: "asks for a buffer beside the pickle"
            case 0x49, 0x4C, 0x46, 0x53, 0x56, 0x67, 0x70, 0x50: "is one of protocol 0"
            default: ""
            }
        let hex = "0x" + String(code, radix: 16)
        return name.isEmpty
            ? "there is no instruction \(hex); the file is damaged, fetch it again"
            : "the instruction \(hex) \(name), which torch.save does not write; "
                + "weights with it are not read"
    }
}
