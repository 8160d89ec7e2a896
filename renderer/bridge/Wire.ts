/** A two-way channel for whole messages. What carries it (port, socket, memory) is hidden. */
export interface Wire {
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once, when the other side is gone. */
  onClose(listener: () => void): void
}

/** Opens a wire; called again after each close. Rejects when the other side cannot be reached. */
export type WireOpener = () => Promise<Wire>
