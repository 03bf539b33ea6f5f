/**
 * Carries to the other processes what is live in this one. At most once: a message may be lost, so none may be the only record of
 * anything.
 */
export interface Fanout {
  /** `message` is anything JSON can carry. Dropped while there is no connection. Never throws. */
  publish(channel: string, message: unknown): void;
  /** Returns how to stop. What this process publishes does not come back to it. */
  subscribe(channel: string, listener: FanoutListener): () => void;
}

export interface FanoutListener {
  message(message: unknown): void;
  /**
   * Messages may have been missed until now: the subscription took effect, or the connection was away and came back. Called again
   * and again while it is away, with "away", so that a listener who looks at the database each time stays up to date.
   */
  gap(still?: "away"): void;
}
