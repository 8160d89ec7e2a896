/** The settings of a terminal line, by the names of termios(4). */
export interface Termios {
  /** Edit by line; off: every byte is readable at once. */
  icanon: boolean
  echo: boolean
  /** ^C, ^\ and ^Z become signals. */
  isig: boolean
  /** Carriage return becomes newline on input. */
  icrnl: boolean
  /** Newline becomes carriage return and newline on output. */
  onlcr: boolean
}

/** Settings of a fresh terminal. */
export function defaultTermios(): Termios {
  return { icanon: true, echo: true, isig: true, icrnl: true, onlcr: true }
}

/** Settings of a program that takes keys itself. Output processing stays on. */
export function rawTermios(): Termios {
  return { icanon: false, echo: false, isig: false, icrnl: false, onlcr: true }
}
