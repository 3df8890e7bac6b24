// What Node has of WebAssembly and its type package leaves out. Only `electron/tsconfig.json` sees this file; the page and
// the tests have the browser's declarations.
declare namespace WebAssembly {
  interface Module {
    readonly [Symbol.toStringTag]: 'WebAssembly.Module'
  }
  interface Memory {
    readonly buffer: ArrayBuffer | SharedArrayBuffer
    grow(pages: number): number
  }
  const Module: new (bytes: Uint8Array) => Module
  const Memory: new (size: { initial: number; maximum: number; shared?: boolean }) => Memory
  const Instance: new (
    module: Module,
    imports: { env: { memory: Memory } },
  ) => { readonly exports: Readonly<Record<string, unknown>> }
}
