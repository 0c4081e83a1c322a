import CLinux
import Testing

@testable import KernelFormats

struct BTFTypeTests {
  @Test(arguments: [
    (BTFKind.integer, BTF_KIND_INT), (.pointer, BTF_KIND_PTR), (.array, BTF_KIND_ARRAY),
    (.structure, BTF_KIND_STRUCT), (.union, BTF_KIND_UNION), (.enumeration, BTF_KIND_ENUM),
    (.forward, BTF_KIND_FWD), (.typedef, BTF_KIND_TYPEDEF), (.volatile, BTF_KIND_VOLATILE),
    (.const, BTF_KIND_CONST), (.restrict, BTF_KIND_RESTRICT), (.function, BTF_KIND_FUNC),
    (.prototype, BTF_KIND_FUNC_PROTO), (.variable, BTF_KIND_VAR), (.section, BTF_KIND_DATASEC),
    (.float, BTF_KIND_FLOAT), (.declarationTag, BTF_KIND_DECL_TAG), (.typeTag, BTF_KIND_TYPE_TAG),
    (.enumeration64, BTF_KIND_ENUM64),
  ])
  func kindsAreTheHeaders(_ kind: BTFKind, _ header: Int) {
    #expect(Int(kind.rawValue) == header)
  }

  @Test func whatFollowsHasTheHeadersSize() {
    #expect(BTFKind.array.trailing(0) == MemoryLayout<btf_array>.size)
    #expect(BTFKind.structure.trailing(1) == MemoryLayout<btf_member>.size)
    #expect(BTFKind.union.trailing(3) == MemoryLayout<btf_member>.size * 3)
    #expect(BTFKind.enumeration.trailing(2) == MemoryLayout<btf_enum>.size * 2)
    #expect(BTFKind.enumeration64.trailing(1) == MemoryLayout<btf_enum64>.size)
    #expect(BTFKind.prototype.trailing(1) == MemoryLayout<btf_param>.size)
    #expect(BTFKind.variable.trailing(0) == MemoryLayout<btf_var>.size)
    #expect(BTFKind.section.trailing(1) == MemoryLayout<btf_var_secinfo>.size)
    #expect(BTFKind.declarationTag.trailing(0) == MemoryLayout<btf_decl_tag>.size)
    #expect(BTFKind.typedef.trailing(9) == 0)
    #expect(BTFKind(rawValue: 20).trailing(0) == nil)
  }
}
