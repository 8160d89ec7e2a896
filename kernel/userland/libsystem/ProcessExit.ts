/** Unwinds a process's own code when it calls exit or a signal ends it. Only the process's body catches it. */
export class ProcessExit {
  constructor(
    readonly status: number,
    /** The signal that ended the process; 0 when it exited by itself. */
    readonly signal: number,
  ) {}
}

/** How a process changed state, as waitpid tells its parent. */
export type WaitStatus =
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'signaled'; readonly signal: number }
  | { readonly kind: 'stopped'; readonly signal: number }

/** The number a shell puts into `$?`. */
export function shellStatus(status: WaitStatus): number {
  return status.kind === 'exited' ? status.status & 0xff : 128 + status.signal
}
