/** Unwinds to the loop that `break` or `continue` names. */
export class LoopControl {
  constructor(
    readonly kind: 'break' | 'continue',
    /** How many loops are still to be left, the target included. */
    public levels: number,
  ) {}
}

/** Unwinds to the end of the function or sourced file. */
export class FunctionReturn {
  constructor(readonly status: number) {}
}

/** Unwinds an interactive shell to its prompt: ^C, or an error that ends the line. */
export class ShellInterrupt {
  constructor(readonly status: number) {}
}
