import CLinux
import KernelFormats
import Testing

struct BPFInstructionTests {
  /// Opcode, source and destination in one byte, offset, immediate: as RFC 9669 lays them out.
  @Test(arguments: [
    // r3 = 16: ALU64 | K | MOV
    (BPFInstruction.move(.r3, 16), [UInt8]([0xb7, 0x03, 0, 0, 16, 0, 0, 0])),
    // r2 = r10: ALU64 | X | MOV
    (.move(.r2, .r10), [0xbf, 0xa2, 0, 0, 0, 0, 0, 0]),
    // r2 += -16: ALU64 | K | ADD
    (.add(.r2, -16), [0x07, 0x02, 0, 0, 0xf0, 0xff, 0xff, 0xff]),
    // r2 &= 0xf000: ALU64 | K | AND
    (.and(.r2, 0xf000), [0x57, 0x02, 0, 0, 0x00, 0xf0, 0, 0]),
    // r1 |= 64: ALU64 | K | OR
    (.or(.r1, 64), [0x47, 0x01, 0, 0, 64, 0, 0, 0]),
    // r2 <<= 32, >>= 32, s>>= 32: ALU64 | K | LSH, RSH, ARSH
    (.shiftLeft(.r2, 32), [0x67, 0x02, 0, 0, 32, 0, 0, 0]),
    (.shiftRight(.r2, 32), [0x77, 0x02, 0, 0, 32, 0, 0, 0]),
    (.shiftSignedRight(.r2, 32), [0xc7, 0x02, 0, 0, 32, 0, 0, 0]),
    // r3 = be16 r3: ALU | TO_BE | END
    (.fromBigEndian16(.r3), [0xdc, 0x03, 0, 0, 16, 0, 0, 0]),
    // lock *(u64 *)(r0 + 0) += r1: STX | ATOMIC | DW
    (.addAtomically(.r1, at: .r0), [0xdb, 0x10, 0, 0, 0, 0, 0, 0]),
    // skip 7: JMP | JA
    (.skip(7), [0x05, 0, 7, 0, 0, 0, 0, 0]),
    // if r3 > 80, < 80 skip 2: JMP | K | JGT, JLT
    (.jump(if: .r3, .greater, 80, over: 2), [0x25, 0x03, 2, 0, 80, 0, 0, 0]),
    (.jump(if: .r3, .less, 80, over: 2), [0xa5, 0x03, 2, 0, 80, 0, 0, 0]),
    // r6 = *(u64 *)(r1 + 258): LDX | MEM | DW
    (.load(.doubleword, .r6, from: .r1, 258), [0x79, 0x16, 2, 1, 0, 0, 0, 0]),
    // r6 = *(u32 *)(r1 + 0), (u16 *), (u8 *): LDX | MEM | W, H, B
    (.load(.word, .r6, from: .r1, 0), [0x61, 0x16, 0, 0, 0, 0, 0, 0]),
    (.load(.halfword, .r6, from: .r1, 0), [0x69, 0x16, 0, 0, 0, 0, 0, 0]),
    (.load(.byte, .r6, from: .r1, 0), [0x71, 0x16, 0, 0, 0, 0, 0, 0]),
    // *(u32 *)(r10 - 8) = r2: STX | MEM | W
    (.store(.word, .r2, at: .r10, -8), [0x63, 0x2a, 0xf8, 0xff, 0, 0, 0, 0]),
    // *(u64 *)(r10 - 16) = r2: STX | MEM | DW
    (.store(.doubleword, .r2, at: .r10, -16), [0x7b, 0x2a, 0xf0, 0xff, 0, 0, 0, 0]),
    // if r7 == 0 skip 5: JMP | K | JEQ
    (.jump(if: .r7, .equal, 0, over: 5), [0x15, 0x07, 5, 0, 0, 0, 0, 0]),
    // if r2 != 0xc000 skip 11: JMP | K | JNE
    (.jump(if: .r2, .notEqual, 0xc000, over: 11), [0x55, 0x02, 11, 0, 0x00, 0xc0, 0, 0]),
    // call helper 127: JMP | CALL
    (.call(.seqWrite), [0x85, 0, 0, 0, 127, 0, 0, 0]),
    // JMP | EXIT
    (.exit, [0x95, 0, 0, 0, 0, 0, 0, 0]),
  ])
  func bytesAreTheStandards(_ instruction: BPFInstruction, _ bytes: [UInt8]) {
    #expect(BPFProgram([.instruction(instruction)]).assembled() == bytes)
  }

  /// LD | IMM | DW with BPF_PSEUDO_MAP_FD, and its second half.
  @Test func aMapIsTwoInstructions() {
    let lines = BPFInstruction.loadMap(.r1, 9).map(BPFProgram.Statement.instruction)
    #expect(
      BPFProgram(lines).assembled() == [0x18, 0x11, 0, 0, 9, 0, 0, 0]
        + [UInt8](repeating: 0, count: 8))
  }

  @Test func opcodesAreTheHeaders() {
    func opcode(_ parts: Int32...) -> UInt8 { UInt8(parts.reduce(0, |)) }
    #expect(BPFInstruction.move(.r0, 0).opcode == opcode(BPF_ALU64, BPF_K, BPF_MOV))
    #expect(BPFInstruction.move(.r0, .r1).opcode == opcode(BPF_ALU64, BPF_X, BPF_MOV))
    #expect(BPFInstruction.add(.r0, 0).opcode == opcode(BPF_ALU64, BPF_K, BPF_ADD))
    #expect(BPFInstruction.and(.r0, 0).opcode == opcode(BPF_ALU64, BPF_K, BPF_AND))
    let load = BPFInstruction.load(.doubleword, .r0, from: .r1, 0)
    #expect(load.opcode == opcode(BPF_LDX, BPF_MEM, BPF_DW))
    let store = BPFInstruction.store(.halfword, .r0, at: .r1, 0)
    #expect(store.opcode == opcode(BPF_STX, BPF_MEM, BPF_H))
    let jump = BPFInstruction.jump(if: .r0, .notEqual, 0, over: 0)
    #expect(jump.opcode == opcode(BPF_JMP, BPF_K, BPF_JNE))
    #expect(BPFInstruction.exit.opcode == opcode(BPF_JMP, BPF_EXIT))
    #expect(BPFInstruction.Helper.seqWrite.rawValue == Int32(BPF_FUNC_seq_write.rawValue))
  }

  @Test(arguments: [0, 1, 2, 3, 4, 8, 16])
  func widthsAreThoseOfNumbers(_ bytes: Int) {
    let widths: [Int: BPFInstruction.Width] = [1: .byte, 2: .halfword, 4: .word, 8: .doubleword]
    #expect(BPFInstruction.Width(bytes: bytes) == widths[bytes])
  }
}
