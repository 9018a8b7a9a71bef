/// Stops the program with a message if a condition a programmer must keep does not hold.
///
/// Unlike `precondition`, the message is printed in optimised builds too.
@inline(__always)
package func require(
    _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID,
    line: UInt = #line
) {
    if _slowPath(!condition) { stop(message(), file, line) }
}

@inline(never)
private func stop(_ message: String, _ file: StaticString, _ line: UInt) -> Never {
    fatalError(message, file: file, line: line)
}
