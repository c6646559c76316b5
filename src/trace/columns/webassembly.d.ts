/**
 * What is used here of WebAssembly, which Node has and the types of Node leave to those of
 * browsers.
 */
declare namespace WebAssembly {
  class Module {
    constructor(code: Uint8Array);
  }
  class Instance<E> {
    constructor(
      module: Module,
      imports: Readonly<
        Record<string, Readonly<Record<string, (...values: readonly number[]) => number>>>
      >,
    );
    readonly exports: E;
  }
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  interface Global {
    value: number;
  }
}
