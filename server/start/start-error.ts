/** Heddle cannot start as things are. `advice` tells the person who runs it what to do. */
export class StartError extends Error {
  override readonly name = "StartError";
  readonly advice: string;

  constructor(message: string, advice: string, options?: ErrorOptions) {
    super(message, options);
    this.advice = advice;
  }
}

/** What to print for an error that kept Heddle from starting; undefined for one that nobody expected. */
export function explainStart(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === "ConfigError") return error.message;
  return "advice" in error && typeof error.advice === "string" ? `${error.message}\n${error.advice}` : undefined;
}
