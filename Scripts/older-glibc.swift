// SPDX-License-Identifier: MIT
// Two functions that only newer glibc has, for Scripts/release. Nothing in sockeye calls them: libstdc++'s random.o
// is linked for a constructor beside std::string's, and Swift keeps every function of its Glibc module. Without
// these the binary would not start where glibc is older than 2.36 (arc4random) or 2.35 (hypotf under that name).

/// 32 bits of the kernel's random numbers (getrandom(2)).
@_cdecl("arc4random")
public func random32() -> UInt32 { .random(in: .min ... .max) }

/// No square of a float overflows a double.
@_cdecl("hypotf")
public func hypotenuse(_ x: Float, _ y: Float) -> Float {
  Float((Double(x) * Double(x) + Double(y) * Double(y)).squareRoot())
}
